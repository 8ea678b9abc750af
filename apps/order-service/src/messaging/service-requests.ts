import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { MESSAGE_HEADERS } from '@marketplace/contracts';
import { inSpan, messageWork, startWithin } from '@marketplace/tracing';
import { headers, type MsgHdrs, type NatsConnection } from '@nats-io/nats-core';
import { Histogram } from 'prom-client';
import { traceHeaders } from '../common/trace.js';
import { endOfTurn } from '../common/end-of-turn.js';
import { currentRequest } from '../common/request-context.js';
import { Config } from '../config/config.js';
import { FarService } from './far-service.js';
import { Nats } from './nats-connection.js';
import { ServiceBusyError, ServiceRefusedError, ServiceUnavailableError } from './service-errors.js';

export interface RequestLimits {
  /** Deadline of one attempt, from the moment it is wanted: waiting for a free slot counts. */
  readonly timeoutMs: number;
  /** How often to ask again after a failure. Only for requests that may be repeated: reads, or with an idempotency key. */
  readonly retries: number;
  /** Whether the answer is of use only as long as somebody waits for the request that needs it. */
  readonly endsWithRequest: boolean;
}

/** One observation an attempt. */
export const farServiceDurations = new Histogram({
  name: 'far_service_request_duration_seconds',
  help: 'Time from asking a far service to its answer, by subject and outcome: answered, refused, unavailable or busy',
  labelNames: ['subject', 'outcome'],
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  registers: [],
});

/** Requests to the other services of the marketplace: plain JSON over NATS, always with a deadline. */
@Injectable()
export class ServiceRequests {
  /** By the first word of the subject, which names the service. */
  readonly #services = new Map<string, FarService>();

  constructor(
    @Inject(Nats) private readonly nats: Nats,
    @Inject(Config) private readonly config: Config,
  ) {}

  get services(): Iterable<FarService> {
    return this.#services.values();
  }

  /** @throws ServiceUnavailableError after the last attempt */
  async send<Reply extends object>(subject: string, body: object, limits: RequestLimits): Promise<Reply> {
    const service = this.#serviceOf(subject);
    for (let attempt = 0; ; attempt += 1) {
      const deadlineAt = deadlineOf(limits);
      const observe = farServiceDurations.startTimer({ subject });
      try {
        // A request into a broken connection would only be kept back and time out later.
        const connection = this.nats.isConnected ? this.nats.connection : undefined;
        if (!connection) throw new ServiceUnavailableError(`${subject}: NATS is not connected`);
        const reply = await service.ask(subject, async () =>
          inSpan(startWithin(messageWork('request', 'client', subject)), async () => {
            await endOfTurn();
            return ask<Reply>(connection, subject, body, deadlineAt);
          }),
        );
        observe({ outcome: 'answered' });
        return reply;
      } catch (error) {
        observe({ outcome: outcomeOf(error) });
        if (attempt >= limits.retries) throw error;
        await delay(Math.random() * 50 * 2 ** attempt);
      }
    }
  }

  #serviceOf(subject: string): FarService {
    const name = subject.slice(0, subject.indexOf('.'));
    const known = this.#services.get(name);
    if (known) return known;
    const service = new FarService(name, {
      concurrency: this.config.FAR_SERVICE_CONCURRENCY,
      queueLength: this.config.FAR_SERVICE_QUEUE_LENGTH,
      longestPauseMs: this.config.FAR_SERVICE_LONGEST_PAUSE_MS,
    });
    this.#services.set(name, service);
    return service;
  }
}

function outcomeOf(error: unknown): 'refused' | 'busy' | 'unavailable' {
  if (error instanceof ServiceRefusedError) return 'refused';
  return error instanceof ServiceBusyError ? 'busy' : 'unavailable';
}

async function ask<Reply extends object>(
  connection: NatsConnection,
  subject: string,
  body: object,
  deadlineAt: number,
): Promise<Reply> {
  const timeout = deadlineAt - Date.now();
  if (timeout <= 0) throw new ServiceBusyError(`${subject}: the deadline has passed before it could be asked`);
  let reply: unknown;
  try {
    const options = { timeout, headers: headersOf(deadlineAt) };
    reply = (await connection.request(subject, JSON.stringify(body), options)).json();
  } catch (error) {
    throw new ServiceUnavailableError(`${subject}: ${String(error)}`, { cause: error });
  }
  if (typeof reply !== 'object' || reply === null) throw new ServiceUnavailableError(`${subject}: no answer in JSON`);
  if ('error' in reply) throw new ServiceRefusedError(`${subject}: refused`, { cause: reply });
  return reply as Reply;
}

function deadlineOf({ timeoutMs, endsWithRequest }: RequestLimits): number {
  const ownDeadlineAt = Date.now() + timeoutMs;
  const request = endsWithRequest ? currentRequest() : undefined;
  return request ? Math.min(ownDeadlineAt, request.deadlineAt) : ownDeadlineAt;
}

/** Whom the answer is for, and when nobody waits for it any more: work that has not begun by then need not begin. */
function headersOf(deadlineAt: number): MsgHdrs {
  const sent = headers();
  sent.set(MESSAGE_HEADERS.deadline, new Date(deadlineAt).toISOString());
  const request = currentRequest();
  if (request) sent.set(MESSAGE_HEADERS.requestId, request.requestId);
  for (const [name, value] of Object.entries(traceHeaders())) sent.set(name, value);
  return sent;
}
