import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { Nats } from './nats-connection.js';

/** The far service did not answer in time, was not there, or answered with something that is no answer. */
export class ServiceUnavailableError extends Error {
  override readonly name = 'ServiceUnavailableError';
}

export interface RequestLimits {
  /** Deadline of one attempt. */
  timeoutMs: number;
  /** How often to ask again after a failure. Only for requests that may be repeated: reads, or with an idempotency key. */
  retries: number;
}

/** Requests to the other services of the marketplace: plain JSON over NATS, always with a deadline. */
@Injectable()
export class ServiceRequests {
  constructor(@Inject(Nats) private readonly nats: Nats) {}

  /** @throws ServiceUnavailableError after the last attempt */
  async send<Reply extends object>(subject: string, body: object, limits: RequestLimits): Promise<Reply> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#ask<Reply>(subject, body, limits.timeoutMs);
      } catch (error) {
        if (attempt >= limits.retries) throw error;
        await delay(Math.random() * 50 * 2 ** attempt);
      }
    }
  }

  async #ask<Reply extends object>(subject: string, body: object, timeoutMs: number): Promise<Reply> {
    const connection = this.nats.connection;
    // A request into a broken connection would only be kept back and time out later.
    if (!connection || !this.nats.isConnected) throw new ServiceUnavailableError(`${subject}: NATS is not connected`);
    let reply: unknown;
    try {
      reply = (await connection.request(subject, JSON.stringify(body), { timeout: timeoutMs })).json();
    } catch (error) {
      throw new ServiceUnavailableError(`${subject}: ${String(error)}`, { cause: error });
    }
    if (typeof reply !== 'object' || reply === null || 'error' in reply) {
      throw new ServiceUnavailableError(`${subject}: refused`, { cause: reply });
    }
    return reply as Reply;
  }
}
