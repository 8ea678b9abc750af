import { createApp } from './create-app.js';
import { log } from './common/logger.js';
import { Config, ConfigError, parseConfig } from './config/config.js';

/** Longer than everything that a graceful stop waits for: a stop that hangs must still end. */
const STOP_MARGIN_MS = 1_000;

async function main(): Promise<void> {
  // Before anything is built, so that every fault of the configuration is told at once.
  const { SHUTDOWN_TIMEOUT_MS } = parseConfig(process.env);
  const app = await createApp();
  const config = app.get(Config);
  await app.startAllMicroservices();
  const server = (await app.listen(config.PORT, config.HOST)) as { address(): { port: number } | null };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      log.info({ signal }, 'stopping');
      setTimeout(() => process.exit(1), SHUTDOWN_TIMEOUT_MS + STOP_MARGIN_MS).unref();
    });
  }
  log.info(
    { port: server.address()?.port, readyAfterMs: Math.round(process.uptime() * 1000) },
    'order-service listening',
  );
}

process.on('unhandledRejection', (reason) => log.error({ err: reason }, 'unhandled rejection'));

try {
  await main();
} catch (error) {
  if (error instanceof ConfigError) process.stderr.write(`${error.message}\n`);
  else log.fatal({ err: error }, 'the service could not start');
  process.exit(1);
}
