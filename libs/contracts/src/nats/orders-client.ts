import { randomUUID } from 'node:crypto';
import { headers, type MsgHdrs, type NatsConnection } from '@nats-io/nats-core';
import type { components } from '../http/schema.js';
import type { Problem, ProblemCode } from '../problem-codes.js';
import { problemError } from '../problem.error.js';
import { CART_SUBJECTS, MESSAGE_HEADERS, ORDER_SUBJECTS, REPLY_HEADERS } from '../subjects.js';
import { retried } from './retried.js';

type Schemas = components['schemas'];

/** Bodies of requests, by their subjects' names in {@link OrdersClient}. */
export type CreateOrderRequest = Schemas['CreateOrder'];
export type UpdateOrderRequest = Schemas['UpdateOrderRequest'];
export type CancelOrderRequest = Schemas['CancelOrderRequest'];
export type ShipOrderRequest = Schemas['ShipOrderRequest'];
export type RefundOrderRequest = Schemas['RefundOrderRequest'];
export type ListOrdersRequest = Partial<Schemas['OrdersQuery']>;
export type TimelineRequest = Pick<Schemas['TimelineRequest'], 'orderId'> & Partial<Schemas['TimelineRequest']>;
export type AddCartItemRequest = Schemas['AddItemRequest'];

/** What the Order Service answers. */
export type Order = Schemas['Order'];
export type OrderSummaryPage = Schemas['OrderSummaryPage'];
export type OrderTimeline = Schemas['Timeline'];
export type Cart = Schemas['Cart'];

export interface OrdersClientOptions {
  /** The bearer token, or where to get one for the next attempt. */
  token?: string | (() => string | Promise<string>);
  /** How long a call may take with all its attempts, in milliseconds. */
  deadlineMs?: number;
  /** How long one attempt may take, in milliseconds. Placing an order waits up to 3 s for the payment. */
  attemptMs?: number;
}

/** What one call has of its own. */
export interface CallOptions extends OrdersClientOptions {
  /** For changes: the same key over all attempts, and over calls that repeat this one. A random one unless told. */
  idempotencyKey?: string;
  /** For changes: only if this is still the version. */
  ifVersion?: number;
  /** W3C Trace Context. */
  traceparent?: string;
  /** Names the request of one's own that this one is for, in the logs of all services. */
  requestId?: string;
  /** For `orders.create`: do not wait for the payment. */
  respondAsync?: boolean;
}

/** A reply, and whether it is that of an earlier call with the same key. */
export interface Called<Body> {
  body: Body;
  isReplay: boolean;
}

const DEFAULTS = { deadlineMs: 15_000, attemptMs: 5_000 };

/** Failures that pass by themselves. Nothing was done, or the key makes sure that it is not done again. */
const PASSING: ReadonlySet<ProblemCode> = new Set([
  'idempotency_in_progress',
  'catalog_unavailable',
  'inventory_unavailable',
  'database_unavailable',
  'keys_unavailable',
  'overloaded',
  'draining',
]);

/** Within the deadline there was no answer, or none that could be read. Whether a change was made is not known: ask again with its key. */
export class UnansweredError extends Error {
  override readonly name = 'UnansweredError';
}

/**
 * Asks the Order Service over NATS. What fails in passing is asked again, with growing random pauses, until the deadline; changes carry a key,
 * so that they have their effect once. A refusal is thrown as a `ProblemError` with its stable `code`.
 */
export class OrdersClient {
  constructor(
    private readonly connection: NatsConnection,
    private readonly defaults: OrdersClientOptions = {},
  ) {}

  readonly orders = {
    create: (body: CreateOrderRequest, options?: CallOptions) =>
      this.#change<Order>(ORDER_SUBJECTS.create, body, options),
    get: (orderId: string, options?: CallOptions) => this.#read<Order>(ORDER_SUBJECTS.get, { orderId }, options),
    list: (filter: ListOrdersRequest = {}, options?: CallOptions) =>
      this.#read<OrderSummaryPage>(ORDER_SUBJECTS.list, filter, options),
    updateStatus: (body: UpdateOrderRequest, options?: CallOptions) =>
      this.#change<Order>(ORDER_SUBJECTS.updateStatus, body, options),
    cancel: (body: CancelOrderRequest, options?: CallOptions) =>
      this.#change<Order>(ORDER_SUBJECTS.cancel, body, options),
    ship: (body: ShipOrderRequest, options?: CallOptions) => this.#change<Order>(ORDER_SUBJECTS.ship, body, options),
    refund: (body: RefundOrderRequest, options?: CallOptions) =>
      this.#change<Order>(ORDER_SUBJECTS.refund, body, options),
    timeline: (body: TimelineRequest, options?: CallOptions) =>
      this.#read<OrderTimeline>(ORDER_SUBJECTS.timeline, body, options),
  };

  readonly carts = {
    get: (cartId: string, options?: CallOptions) => this.#read<Cart>(CART_SUBJECTS.get, { cartId }, options),
    addItem: (body: AddCartItemRequest, options?: CallOptions) =>
      this.#change<Cart>(CART_SUBJECTS.addItem, body, options),
  };

  async #read<Body>(subject: string, body: object, options: CallOptions = {}): Promise<Body> {
    return (await this.#call<Body>(subject, body, options)).body;
  }

  async #change<Body>(subject: string, body: object, options: CallOptions = {}): Promise<Called<Body>> {
    return this.#call<Body>(subject, body, { ...options, idempotencyKey: options.idempotencyKey ?? randomUUID() });
  }

  async #call<Body>(subject: string, body: object, options: CallOptions): Promise<Called<Body>> {
    const { deadlineMs, attemptMs, ...call } = { ...DEFAULTS, ...this.defaults, ...options };
    const payload = JSON.stringify(body);
    const attempt = async (deadlineAt: number): Promise<Called<Body>> => {
      const timeout = Math.min(attemptMs, deadlineAt - Date.now());
      const sent = await headersOf(call, Date.now() + timeout);
      const reply = await this.connection.request(subject, payload, { timeout, headers: sent });
      const answer: unknown = reply.json();
      const problem = (answer as { error?: Problem } | null)?.error;
      if (problem) throw problemError(problem);
      const isReplay = reply.headers?.get(REPLY_HEADERS.idempotencyReplayed) === 'true';
      return { body: answer as Body, isReplay };
    };
    return retried(attempt, { deadlineMs, passing: PASSING, unanswered: (cause) => unanswered(subject, cause) });
  }
}

function unanswered(subject: string, cause: unknown): UnansweredError {
  return new UnansweredError(`${subject} was not answered: ${String(cause)}`, { cause });
}

async function headersOf(call: Omit<CallOptions, 'deadlineMs' | 'attemptMs'>, waitsUntil: number): Promise<MsgHdrs> {
  const token = typeof call.token === 'function' ? await call.token() : call.token;
  const sent = headers();
  const set = (name: string, value: string | undefined): void => {
    if (value !== undefined) sent.set(name, value);
  };
  set(MESSAGE_HEADERS.authorization, token === undefined ? undefined : `Bearer ${token}`);
  set(MESSAGE_HEADERS.idempotencyKey, call.idempotencyKey);
  set(MESSAGE_HEADERS.ifMatch, call.ifVersion === undefined ? undefined : `"${call.ifVersion}"`);
  set(MESSAGE_HEADERS.prefer, call.respondAsync ? 'respond-async' : undefined);
  set(MESSAGE_HEADERS.traceparent, call.traceparent);
  set(MESSAGE_HEADERS.requestId, call.requestId);
  set(MESSAGE_HEADERS.deadline, new Date(waitsUntil).toISOString());
  return sent;
}
