import type { Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { INestApplication } from '@nestjs/common';
import { stopTracing } from '@marketplace/tracing';
import { Background } from './common/background.js';
import { within } from './common/deadline.js';
import { Drain } from './common/drain.js';
import { HttpConnections } from './common/http-connections.js';
import { log } from './common/logger.js';
import { Config } from './config/config.js';
import { PaymentEvents } from './payment-client/payment-events.js';
import type { OrderServiceNatsServer } from './messaging/order-service-nats.server.js';

/** Added to the bound of a graceful stop before the process is ended whatever it does: a stop that hangs must still end. */
export const STOP_MARGIN_MS = 500;
/** What the collector has not taken by then is lost. */
const HAND_OVER_SPANS_MS = 300;

/**
 * Ends the process on SIGTERM and SIGINT without losing what is under way, in this order: readiness goes, and
 * with it background work and live streams, whose readers are told to come back; no messages are taken any more, and after a while no connections; requests finish; the work that they left behind finishes,
 * or is handed back; then NATS drains and MongoDB is left.
 */
export function stopGracefully(app: INestApplication, natsServer: OrderServiceNatsServer): void {
  const { SHUTDOWN_DRAIN_MS, SHUTDOWN_TIMEOUT_MS } = app.get(Config);
  const server = app.getHttpServer() as Server;
  const connections = new HttpConnections(server);
  const stop = async (signal: string): Promise<void> => {
    const boundMs = SHUTDOWN_DRAIN_MS + SHUTDOWN_TIMEOUT_MS;
    const until = Date.now() + boundMs;
    setTimeout(() => process.exit(1), boundMs + STOP_MARGIN_MS).unref();
    log.info({ signal }, 'stopping');
    app.get(Drain).begin();
    // Neither are events taken from here on: what they cause would come after the last look at what is under way.
    const heard = app.get(PaymentEvents).stop();
    const silent = within(SHUTDOWN_DRAIN_MS + SHUTDOWN_TIMEOUT_MS / 4, natsServer.stopListening());
    await delay(SHUTDOWN_DRAIN_MS);
    const closed = new Promise<true>((resolve) => {
      server.close(() => resolve(true));
    });
    // A kept-alive connection would come back with its next request; those that are idle end now.
    connections.endIdle();
    await Promise.all([silent, heard]);
    if (!(await within(SHUTDOWN_TIMEOUT_MS / 2, closed))) {
      log.warn({ connections: connections.size }, 'stopping with requests under way');
    }
    // What is left after that is handed back to the other replicas.
    await app.get(Background).finished(until - SHUTDOWN_TIMEOUT_MS / 4 - Date.now());
    // Closing the application would wait for them.
    connections.cut();
    await app.close();
    await within(HAND_OVER_SPANS_MS, stopTracing());
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
