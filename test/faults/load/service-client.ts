import { Agent, request as httpRequest } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { HttpReply } from '../../load/replay/http-reply.js';
import { retryDelayMs } from '../../load/replay/retry.js';

/** A single attempt may hang where its process was killed or its database is electing a primary. */
const ATTEMPT_TIMEOUT_MS = 15_000;
/** Longer than every outage of the scenarios and the time that the service has to recover from one. */
const ANSWER_DEADLINE_MS = 120_000;

export interface Call {
  method: 'GET' | 'POST' | 'PUT';
  /** Path and query, starting with a slash. */
  path: string;
  token?: string | undefined;
  body?: unknown;
  idempotencyKey?: string | undefined;
  headers?: Record<string, string>;
}

/** No definite answer came before the deadline. */
export class UnansweredError extends Error {
  override readonly name = 'UnansweredError';
}

/**
 * What a good client does: it keeps its connections open, and while there is no definite answer it sends the same request with
 * the same key again, each time to another replica, with growing pauses or as late as it is told.
 */
export class ServiceClient {
  /** The replica that is asked first, while there is one; the others only when it does not answer. */
  preferred: string | undefined;
  readonly #agent = new Agent({ keepAlive: true });
  #turn = 0;

  /** @param addresses base URLs of the replicas */
  constructor(private readonly addresses: readonly string[]) {}

  /** @throws UnansweredError */
  async ask(call: Call): Promise<HttpReply> {
    const giveUpAt = Date.now() + ANSWER_DEADLINE_MS;
    for (let attempt = 0; ; attempt += 1) {
      const outcome = await this.once(call, attempt === 0 ? this.preferred : undefined).catch(
        (error: unknown) => error as Error,
      );
      // An unexpected failure says nothing about what became of the request.
      const isUnclear = !(outcome instanceof Error) && outcome.status === 500;
      const waitMs = retryDelayMs(isUnclear ? new Error('status 500') : outcome, attempt);
      if (waitMs === undefined) return outcome as HttpReply;
      if (Date.now() + waitMs > giveUpAt) throw new UnansweredError(`${call.method} ${call.path}: ${textOf(outcome)}`);
      await delay(waitMs);
    }
  }

  /**
   * One attempt at one replica, whatever comes of it.
   *
   * @param address the replica; the next one in turn unless told
   * @throws Error when the connection fails or no answer comes in time
   */
  async once(call: Call, address = this.#next()): Promise<HttpReply> {
    const payload = call.body === undefined ? undefined : Buffer.from(JSON.stringify(call.body));
    const options = {
      method: call.method,
      headers: headersOf(call, payload),
      agent: this.#agent,
      signal: AbortSignal.timeout(ATTEMPT_TIMEOUT_MS),
    };
    return new Promise<HttpReply>((resolve, reject) => {
      const fail = (error: Error): void =>
        reject(new Error(error.message || 'the connection failed', { cause: error }));
      const outgoing = httpRequest(new URL(call.path, address), options, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', fail);
        incoming.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body: text === '' ? undefined : JSON.parse(text),
          });
        });
      });
      outgoing.on('error', fail);
      outgoing.end(payload);
    });
  }

  close(): void {
    this.#agent.destroy();
  }

  #next(): string {
    this.#turn += 1;
    return this.addresses[this.#turn % this.addresses.length] as string;
  }
}

function headersOf({ token, idempotencyKey, headers }: Call, payload?: Buffer): Record<string, string> {
  return {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(payload === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(payload.length) }),
    ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    ...headers,
  };
}

function textOf(outcome: HttpReply | Error): string {
  return outcome instanceof Error ? outcome.message : `${outcome.status} ${JSON.stringify(outcome.body)}`;
}
