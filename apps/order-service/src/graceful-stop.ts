import type { Server } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import { Background } from './common/background.js';
import { within } from './common/deadline.js';
import { log } from './common/logger.js';
import { Config } from './config/config.js';
import { HealthChecks } from './health/health-checks.js';
import type { OrderServiceNatsServer } from './messaging/order-service-nats.server.js';

/** Added to the bound of a graceful stop before the process is ended whatever it does: a stop that hangs must still end. */
const STOP_MARGIN_MS = 500;

/**
 * Ends the process on SIGTERM and SIGINT without losing what is under way, in this order: readiness goes, neither
 * connections nor messages are taken any more, requests finish, the work that they left behind finishes, then NATS drains and MongoDB is left.
 */
export function stopGracefully(app: INestApplication, natsServer: OrderServiceNatsServer): void {
  const { SHUTDOWN_TIMEOUT_MS } = app.get(Config);
  const stop = async (signal: string): Promise<void> => {
    const until = Date.now() + SHUTDOWN_TIMEOUT_MS;
    setTimeout(() => process.exit(1), SHUTDOWN_TIMEOUT_MS + STOP_MARGIN_MS).unref();
    log.info({ signal }, 'stopping');
    app.get(HealthChecks).drain();
    const server = app.getHttpServer() as Server;
    const closed = new Promise<true>((resolve) => {
      server.close(() => resolve(true));
    });
    // A kept-alive connection would come back with its next request; those that are idle end now.
    server.closeIdleConnections();
    await within(SHUTDOWN_TIMEOUT_MS / 4, natsServer.stopListening());
    if (!(await within(SHUTDOWN_TIMEOUT_MS / 2, closed))) log.warn('stopping with requests under way');
    await app.get(Background).finished(until - Date.now());
    await app.close();
    log.info('stopped');
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      stop(signal).catch((error: unknown) => {
        log.error({ err: error }, 'the process did not stop as it should');
        process.exit(1);
      });
    });
  }
}
