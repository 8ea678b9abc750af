import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { jetstream, jetstreamManager, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { ORDER_SERVICE_QUEUE } from '@marketplace/contracts';
import { log } from '../common/logger.js';
import { Config } from '../config/config.js';
import { natsOptions } from './nats-options.js';

const RETRY_MS = 1_000;

/** What is set up once NATS is there, and again never: streams, consumers, subscriptions. */
type WhenConnected = (connection: NatsConnection) => Promise<void>;

/**
 * The one NATS connection of the process. It is made in the background and keeps trying for ever, so that the service
 * starts, reads and reports while NATS is away.
 */
@Injectable()
export class Nats implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #whenConnected: WhenConnected[] = [];
  readonly #whenDisconnected: (() => void)[] = [];
  readonly #stopped = new AbortController();
  #connection: NatsConnection | undefined;
  #jetstream: JetStreamClient | undefined;
  #connected = false;
  #reachedOnce = false;

  constructor(@Inject(Config) private readonly config: Config) {}

  onApplicationBootstrap(): void {
    void this.#connectForEver();
  }

  async onApplicationShutdown(): Promise<void> {
    this.#stopped.abort();
    await this.#connection?.drain().catch((error: unknown) => log.warn({ err: error }, 'NATS did not drain'));
  }

  /** Registers a set-up step; it is retried until it succeeds. */
  whenConnected(step: WhenConnected): void {
    this.#whenConnected.push(step);
    if (this.#connection) void this.#setUp(this.#connection, step);
  }

  /** Calls back whenever the connection is lost. */
  whenDisconnected(listener: () => void): void {
    this.#whenDisconnected.push(listener);
  }

  get isConnected(): boolean {
    return this.#connected;
  }

  get wasReached(): boolean {
    return this.#reachedOnce;
  }

  /** The connection, or undefined while NATS has never been reached. */
  get connection(): NatsConnection | undefined {
    return this.#connection;
  }

  get jetstream(): JetStreamClient | undefined {
    if (!this.#connection) return undefined;
    return (this.#jetstream ??= jetstream(this.#connection));
  }

  async manager(): Promise<JetStreamManager> {
    if (!this.#connection) throw new Error('NATS has not been reached yet');
    return jetstreamManager(this.#connection);
  }

  async #connectForEver(): Promise<void> {
    let told = false;
    while (!this.#stopped.signal.aborted) {
      try {
        const connection = await connect({
          ...natsOptions(this.config, ORDER_SERVICE_QUEUE),
          maxReconnectAttempts: -1,
          reconnectTimeWait: 250,
          reconnectJitter: 250,
          pingInterval: 10_000,
          maxPingOut: 2,
          // Else every request captures a stack, for the case that it fails.
          noAsyncTraces: true,
        });
        this.#connection = connection;
        this.#connected = true;
        this.#reachedOnce = true;
        log.info({ server: connection.getServer() }, 'NATS connected');
        void this.#watch(connection);
        await Promise.all(this.#whenConnected.map(async (step) => this.#setUp(connection, step)));
        return;
      } catch (error) {
        if (!told) log.error({ reason: String(error) }, 'NATS cannot be reached; still trying');
        told = true;
        await delay(RETRY_MS, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
      }
    }
  }

  async #setUp(connection: NatsConnection, step: WhenConnected): Promise<void> {
    while (!this.#stopped.signal.aborted && !connection.isClosed()) {
      try {
        return await step(connection);
      } catch (error) {
        log.warn({ reason: String(error) }, 'NATS set-up failed; trying again');
        await delay(RETRY_MS, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
      }
    }
  }

  async #watch(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type === 'disconnect') {
        this.#connected = false;
        log.error('NATS connection lost; reconnecting');
        for (const listener of this.#whenDisconnected) listener();
      }
      // Refused permissions come this way, and what needs them only times out.
      if (status.type === 'error') log.error({ reason: status.error.message }, 'NATS refused something');
      if (status.type === 'reconnect') {
        this.#connected = true;
        log.info('NATS connected again');
      }
    }
    this.#connected = false;
    // The client gives up after some failures, refused credentials for one; they may be mended while the process lives.
    if (this.#stopped.signal.aborted) return;
    log.error('NATS connection closed; connecting anew');
    this.#jetstream = undefined;
    await delay(RETRY_MS, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
    await this.#connectForEver();
  }
}
