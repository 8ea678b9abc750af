import { Inject, Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import {
  HealthIndicatorService,
  MongooseHealthIndicator,
  type HealthIndicatorFunction,
  type HealthIndicatorResult,
} from '@nestjs/terminus';
import mongoose, { type Connection } from 'mongoose';
import { Drain } from '../common/drain.js';
import { missingIndexes } from '../common/database-schema.js';
import { Nats } from '../messaging/nats-connection.js';

/** The longest that the probes wait for an answer; whoever asks them should wait for longer. */
export const PING_TIMEOUT_MS = 1_500;

/** What the probes ask. Messages name no addresses. */
@Injectable()
export class HealthChecks {
  #prepared = false;

  constructor(
    @Inject(HealthIndicatorService) private readonly indicator: HealthIndicatorService,
    @Inject(MongooseHealthIndicator) private readonly database: MongooseHealthIndicator,
    @InjectConnection() private readonly connection: Connection,
    @Inject(Nats) private readonly nats: Nats,
    @Inject(Drain) private readonly drain: Drain,
  ) {}

  process(): HealthIndicatorResult {
    return this.indicator.check('process').up({ uptimeSeconds: Math.floor(process.uptime()) });
  }

  readiness(): HealthIndicatorFunction[] {
    return [() => this.#mongodb(), () => this.#indexes(), () => this.#natsCheck(), () => this.#drainCheck()];
  }

  async #mongodb(): Promise<HealthIndicatorResult> {
    try {
      return await this.database.pingCheck('mongodb', { connection: this.connection, timeout: PING_TIMEOUT_MS });
    } catch {
      return this.indicator.check('mongodb').down('MongoDB does not answer; still trying');
    }
  }

  /** Without its unique indexes the database would let doubles in, so an unprepared one takes no traffic. */
  async #indexes(): Promise<HealthIndicatorResult> {
    const session = this.indicator.check('indexes');
    if (this.#prepared) return session.up();
    if (this.connection.readyState !== mongoose.ConnectionStates.connected)
      return session.down('not known while MongoDB does not answer');
    try {
      const missing = await missingIndexes(this.connection);
      this.#prepared = missing.length === 0;
      return this.#prepared ? session.up() : session.down(`missing: ${missing.join(', ')}; run "npm run db:prepare"`);
    } catch {
      return session.down('not known while MongoDB does not answer');
    }
  }

  #natsCheck(): HealthIndicatorResult {
    const session = this.indicator.check('nats');
    if (this.nats.isConnected) return session.up();
    // An outage of NATS must not take every replica out at once: reads and status changes go on without it.
    return this.nats.wasReached
      ? session.degraded({ message: 'the connection is lost; reconnecting' })
      : session.down('NATS has not been reached yet; still trying');
  }

  #drainCheck(): HealthIndicatorResult {
    const session = this.indicator.check('draining');
    return this.drain.hasBegun ? session.down('the process is stopping') : session.up();
  }
}
