import { Injectable } from '@nestjs/common';
import { ServerNats, type IncomingRequest, type NatsOptions } from '@nestjs/microservices';
import { MOST_REPLY_BYTES, ORDER_SERVICE_QUEUE, ProblemError, REPLY_HEADERS } from '@marketplace/contracts';
import { headers, type Msg, type MsgHdrs, type Subscription, type SubscriptionOptions } from '@nats-io/nats-core';
import { problemOf } from '../common/problem.js';
import { bodyOf, Reply } from '../common/reply.js';
import type { Nats } from './nats-connection.js';

/** Begins the packet id of a plain JSON request, so that the reply is plain too. */
const PLAIN = 'plain:';
let plainRequests = 0;

/**
 * Reads requests of Nest clients (`{pattern, data, id}`) and plain JSON ones alike. A body that is no JSON is handed on as
 * it is, for validation to refuse: thrown here it would leave the caller without an answer.
 */
export const requestDeserializer = {
  deserialize(message: Msg, options?: { channel: string }): IncomingRequest {
    const body = parse(message);
    if (isNestRequest(body)) return body;
    plainRequests += 1;
    return { pattern: options?.channel ?? '', data: body, id: `${PLAIN}${plainRequests}` };
  },
};

/** What a handler came to, as Nest hands it to the transport. */
interface Packet {
  readonly id: string;
  readonly err?: unknown;
  readonly response?: unknown;
}

/**
 * Answers a plain request with the plain resource or `{error}`, and a Nest client in Nest's envelope. A replay says so in
 * a header of the message.
 */
export const responseSerializer = {
  serialize(packet: Packet): { data: string; headers?: MsgHdrs } {
    const data = encoded(packet);
    if (Buffer.byteLength(data) > MOST_REPLY_BYTES) return { data: encoded({ ...packet, ...TOO_LARGE }) };
    return isReplay(packet.err ?? packet.response) ? { data, headers: replayHeaders() } : { data };
  },
};

/** Stands in for a reply that NATS might not carry: the caller would wait for it in vain. */
const TOO_LARGE = {
  response: undefined,
  err: problemOf(new ProblemError('reply_too_large', 'the resource can be read over HTTP')),
};

function encoded({ err, response, ...envelope }: Packet): string {
  const [failure, resource] = [bodyOf(err), bodyOf(response)];
  if (!envelope.id.startsWith(PLAIN)) return JSON.stringify({ ...envelope, err: failure, response: resource });
  return JSON.stringify(failure === undefined ? resource : { error: failure });
}

function isReplay(outcome: unknown): boolean {
  return outcome instanceof Reply && outcome.options.replayed === true;
}

function replayHeaders(): MsgHdrs {
  const replayed = headers();
  replayed.set(REPLY_HEADERS.idempotencyReplayed, 'true');
  return replayed;
}

function parse(message: Msg): unknown {
  if (message.data.length === 0) return {};
  try {
    return message.json();
  } catch {
    return undefined;
  }
}

function isNestRequest(body: unknown): body is IncomingRequest {
  if (typeof body !== 'object' || body === null || !('id' in body)) return false;
  return typeof body.id === 'string' && 'pattern' in body && 'data' in body;
}

/** Nest's NATS transport on the connection that the process has anyway, which outlives it and is drained last. */
@Injectable()
export class OrderServiceNatsServer extends ServerNats {
  readonly #subscriptions: Subscription[] = [];

  constructor(private readonly nats: Nats) {
    const options: NatsOptions['options'] = {
      queue: ORDER_SERVICE_QUEUE,
      deserializer: requestDeserializer,
      serializer: responseSerializer,
    };
    super(options);
  }

  override async listen(callback: (error?: unknown) => void): Promise<void> {
    // Requests are served from the moment NATS is there; the HTTP side does not wait for it.
    this.nats.whenConnected(async (connection) => {
      this.bindEvents({
        subscribe: (subject: string, options: SubscriptionOptions) => {
          const subscription = connection.subscribe(subject, options);
          this.#subscriptions.push(subscription);
          return subscription;
        },
      });
    });
    callback();
  }

  /** No request is taken any more; the connection stays, for those under way and for what they cause. */
  async stopListening(): Promise<void> {
    await Promise.all(this.#subscriptions.map(async (subscription) => subscription.drain()));
  }

  override async close(): Promise<void> {
    // The connection is drained by its owner, after everything else.
  }
}
