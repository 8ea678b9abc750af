import { startTracing } from '@marketplace/tracing';
import { createApp } from './create-app.js';
import { collectGarbageOfStart } from './common/first-collection.js';
import { log } from './common/logger.js';
import { Config } from './config/config.js';
import { ConfigError, parseConfig } from './config/parse-config.js';
import { stopGracefully } from './graceful-stop.js';

async function main(): Promise<void> {
  // Before anything is built, so that every fault of the configuration is told at once.
  const settings = parseConfig(process.env);
  await startTracing('order-service', settings, (reason) => log.warn({ reason }, 'spans were not exported'));
  const { app, natsServer } = await createApp();
  stopGracefully(app, natsServer);
  const { PORT, HOST } = app.get(Config);
  await app.startAllMicroservices();
  const server = (await app.listen(PORT, HOST)) as { address(): { port: number } | null };
  const readyAfterMs = Math.round(process.uptime() * 1000);
  log.info({ port: server.address()?.port, readyAfterMs }, 'order-service listening');
  collectGarbageOfStart();
}

process.on('unhandledRejection', (reason) => log.error({ err: reason }, 'unhandled rejection'));

try {
  await main();
} catch (error) {
  if (error instanceof ConfigError) process.stderr.write(`${error.message}\n`);
  else log.fatal({ err: error }, 'the service could not start');
  process.exit(1);
}
