import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import {
  orderEventSubject,
  SIMULATOR_SUBJECTS,
  STREAMS,
  type LedgerEntry,
  type LedgerReply,
  type OrderEvent,
  type SetDialsRequest,
  type SimulatorProduct,
} from '@marketplace/contracts';
import { waitUntil } from '@marketplace/local-stack';
import { headers, type Msg } from '@nats-io/nats-core';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import mongoose from 'mongoose';
import { EventReader } from './event-reader.js';
import { requireDocumented } from './http-contract.js';
import { streamed } from './messages.js';
import type { TestStack } from './stack.js';

const REQUEST_TIMEOUT_MS = 20_000;
const SIMULATOR_TIMEOUT_MS = 5_000;

/** The shapes below are written from the contract, not taken from the service: a deviation must show. */
export interface Money {
  amount: number;
  currency: string;
}

export interface Amounts {
  items: Money;
  shipping: Money;
  discount: Money;
  tax: Money;
}

export interface Cart {
  id: string;
  customerId?: string;
  status: string;
  currency: string;
  items: {
    sku: string;
    name: string;
    vendorId: string;
    quantity: number;
    unitPrice: Money;
    lineTotal: Money;
    available: number;
  }[];
  vendors: (Amounts & { vendorId: string; total: Money })[];
  totals: Amounts & { grandTotal: Money };
  couponCodes: string[];
  version: number;
  quotedAt: string;
  expiresAt: string;
  createdAt: string;
  updatedAt: string;
  token?: string;
}

export interface OrderLine {
  sku: string;
  name: string;
  quantity: number;
  unitPrice: Money;
  lineTotal: Money;
  cancelledQuantity: number;
  shippedQuantity: number;
  deliveredQuantity: number;
  returnedQuantity: number;
  refundedQuantity: number;
}

export interface Units {
  sku: string;
  quantity: number;
}

export interface VendorOrder {
  vendorId: string;
  status: string;
  items: OrderLine[];
  totals: Amounts & { grandTotal: Money; cancelled: Money; commission: Money; payout: Money; refunded: Money };
  shipments: {
    id: string;
    status: string;
    carrier?: string;
    trackingNumber?: string;
    trackingUrl?: string;
    items: Units[];
  }[];
  cancellations: { id: string; items: Units[]; amount: Money; reason?: string; reasonCode?: string; by: string }[];
  returns: {
    id: string;
    status: string;
    items: Units[];
    reason: string;
    rejectionReason?: string;
    refundId?: string;
  }[];
  refunds: {
    id: string;
    kind: string;
    fundedBy: string;
    lines: (Units & { amount: Money })[];
    amount: Money;
    refunded: Money;
    reason: string;
    returnId?: string;
  }[];
  overdueSince?: string;
  payoutEligibleAt?: string;
}

export interface Tender {
  id: string;
  status: string;
  amount: Money;
  authorized: Money;
  captured: Money;
  refunded: Money;
}

export interface Order {
  id: string;
  number: string;
  clientReference?: string;
  customerId?: string;
  email?: string;
  locale?: string;
  status: string;
  currency: string;
  vendorOrders: VendorOrder[];
  totals: Amounts & { grandTotal: Money; cancelled: Money; refunded: Money };
  payment: {
    status: string;
    authorized: Money;
    captured: Money;
    refunded: Money;
    nextAction?: { url?: string };
    tenders: Tender[];
  };
  shippingAddress: Record<string, string>;
  billingAddress?: Record<string, string>;
  hold?: { reason: string; by: string; at: string };
  version: number;
  placedAt: string;
  updatedAt: string;
  accessToken?: string;
}

export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

export interface TimelineEntry {
  sequence: number;
  hidden?: boolean;
  type?: string;
  at?: string;
  vendorId?: string;
  status?: string;
  data?: Record<string, unknown>;
}

/** A problem document with whatever extension members its code brings. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail?: string;
  instance?: string;
  errors?: { pointer: string; detail: string }[];
  [extension: string]: unknown;
}

export interface Reply<Body> {
  status: number;
  headers: Headers;
  /** The JSON of the reply; undefined when it has no body. */
  body: Body;
  text: string;
}

export interface RequestOptions {
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is, with `application/json` unless the headers say otherwise. */
  rawBody?: string;
  headers?: Record<string, string>;
}

/** Makes requests of the service as one caller, or as nobody. */
export class Client {
  constructor(
    private readonly baseUrl: string,
    private readonly token?: string,
    /** User id of the caller; empty for guests. */
    readonly userId = '',
  ) {}

  /** The same service with another token, for example one that it gave to a guest. */
  with(token: string | undefined): Client {
    return new Client(this.baseUrl, token);
  }

  /** Opens a stream of server-sent events; a reply that is none is given back as it came. */
  async watch(path: string, headers: Record<string, string> = {}): Promise<EventReader> {
    const all = this.token === undefined ? headers : { authorization: `Bearer ${this.token}`, ...headers };
    return EventReader.open(`${this.baseUrl}${path}`, all);
  }

  /** The same caller at another replica of the service. */
  at(baseUrl: string): Client {
    return new Client(baseUrl, this.token, this.userId);
  }

  async request<Body = Problem>(method: string, path: string, options: RequestOptions = {}): Promise<Reply<Body>> {
    const payload = options.body === undefined ? options.rawBody : JSON.stringify(options.body);
    const response = await fetch(`${this.baseUrl}${path}`, {
      method,
      headers: {
        ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
        ...(this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }),
        ...options.headers,
      },
      ...(payload === undefined ? {} : { body: payload }),
      redirect: 'manual',
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    const text = await response.text();
    requireDocumented({ method, path, status: response.status, headers: response.headers, text });
    const isJson = /json/u.test(response.headers.get('content-type') ?? '');
    const body = (isJson && text !== '' ? JSON.parse(text) : undefined) as Body;
    return { status: response.status, headers: response.headers, body, text };
  }

  async get<Body = Problem>(path: string, headers?: Record<string, string>): Promise<Reply<Body>> {
    return this.request<Body>('GET', path, headers ? { headers } : {});
  }

  async post<Body = Problem>(path: string, body: unknown, headers?: Record<string, string>): Promise<Reply<Body>> {
    return this.request<Body>('POST', path, { body, ...(headers ? { headers } : {}) });
  }

  async put<Body = Problem>(path: string, body: unknown, headers?: Record<string, string>): Promise<Reply<Body>> {
    return this.request<Body>('PUT', path, { body, ...(headers ? { headers } : {}) });
  }

  async delete<Body = Problem>(path: string, headers?: Record<string, string>): Promise<Reply<Body>> {
    return this.request<Body>('DELETE', path, headers ? { headers } : {});
  }
}

/** One running stack as suites use it: callers of every role, the simulator's controls, and the database itself. */
export class Marketplace {
  readonly anonymous: Client;
  /** Less than that of any cart or order made from here on: they begin with the time. */
  private readonly firstId = Date.now().toString(16).padStart(12, '0').replace(/^.{8}/u, '$&-');

  private constructor(
    readonly stack: TestStack,
    private readonly nats: NatsConnection,
    private readonly mongo: mongoose.mongo.MongoClient,
  ) {
    this.anonymous = new Client(stack.baseUrl);
  }

  static async open(stack: TestStack): Promise<Marketplace> {
    const nats = await connect({ servers: stack.natsUrl });
    const mongo = await new mongoose.mongo.MongoClient(stack.mongodbUri).connect();
    return new Marketplace(stack, nats, mongo);
  }

  async close(): Promise<void> {
    await this.nats.close();
    await this.mongo.close();
  }

  /** A customer whom no other test knows, unless named. */
  async customer(userId = `customer-${randomUUID()}`): Promise<Client> {
    return this.#caller(userId, { roles: ['customer'] });
  }

  async vendor(vendorId: string): Promise<Client> {
    return this.#caller(`user-of-${vendorId}`, { roles: ['vendor'], vendorId });
  }

  async staff(role: 'support' | 'admin' | 'service' = 'support'): Promise<Client> {
    return this.#caller(`${role}-1`, { roles: [role] });
  }

  async #caller(userId: string, claims: { roles: string[]; vendorId?: string }): Promise<Client> {
    return new Client(this.stack.baseUrl, await this.stack.token({ sub: userId, ...claims }), userId);
  }

  collection(name: 'carts' | 'orders'): mongoose.mongo.Collection<{ _id: string; version: number; cartId?: string }> {
    return this.mongo.db().collection(name);
  }

  /**
   * Ids and versions of everything made since this was opened: two equal ones mean that nothing of it was written in between. There
   * may be work left to do for what others have made before.
   */
  async stored(): Promise<Record<string, number>> {
    const documents = await Promise.all(
      (['carts', 'orders'] as const).map(async (name) =>
        this.collection(name)
          .find({ _id: { $gte: this.firstId } }, { projection: { version: 1 } })
          .toArray(),
      ),
    );
    return Object.fromEntries(documents.flat().map(({ _id, version }) => [_id, version]));
  }

  /** Everything that the far services have accepted for an order. */
  async ledger(orderId: string): Promise<LedgerEntry[]> {
    const reply = await this.ask<LedgerReply>(SIMULATOR_SUBJECTS.ledger, { orderId });
    return reply.entries;
  }

  /** An order's events, as the stream holds them and in its order. */
  async publishedEvents(orderId: string): Promise<OrderEvent[]> {
    const messages = await streamed<OrderEvent>(this.nats, STREAMS.orders.name, orderEventSubject(orderId, '>'));
    return messages.map(({ body }) => body);
  }

  /** The sum of an order's ledger entries of one kind, in minor units. */
  async ledgerSum(orderId: string, kind: LedgerEntry['kind']): Promise<number> {
    const entries = await this.ledger(orderId);
    return entries.filter((entry) => entry.kind === kind).reduce((sum, entry) => sum + (entry.amount?.amount ?? 0), 0);
  }

  /** Adds products to the catalog, or changes them. */
  async loadProducts(...products: SimulatorProduct[]): Promise<void> {
    await this.ask(SIMULATOR_SUBJECTS.catalog, { products });
  }

  /** Turns on the simulator's faults that are named, or off. */
  async setDials(dials: SetDialsRequest): Promise<void> {
    await this.ask(SIMULATOR_SUBJECTS.dials, dials);
  }

  /** The buyer confirms a payment with the bank. */
  async confirmPayment(orderId: string): Promise<void> {
    await this.ask(SIMULATOR_SUBJECTS.confirm, { orderId });
  }

  /** Asks one of the far services as the service itself would, or the service as others would. */
  async ask<Body>(subject: string, body: unknown, given: Record<string, string> = {}): Promise<Body> {
    const sent = headers();
    for (const [name, value] of Object.entries(given)) sent.set(name, value);
    const options = { timeout: SIMULATOR_TIMEOUT_MS, headers: sent };
    const reply: Msg = await this.nats.request(subject, JSON.stringify(body), options);
    return reply.json<Body>();
  }
}

/** A product of the simulator's catalog, sold in US dollars and shipped for 499 cents a vendor order. */
export function product(sku: string, vendorId: string, unitPriceMinor: number, stock?: number): SimulatorProduct {
  return {
    sku,
    name: `Product ${sku}`,
    vendorId,
    unitPrice: usd(unitPriceMinor),
    shipping: { flatMinor: 499 },
    commissionRate: 1_000,
    ...(stock === undefined ? {} : { stock }),
  };
}

export function usd(amount: number): Money {
  return { amount, currency: 'USD' };
}

export const ADDRESS = {
  name: 'Alice Example',
  line1: '1 Market Street',
  city: 'Springfield',
  region: 'OR',
  postalCode: '97477',
  country: 'US',
};

/** The body of `POST /orders`, complete but for a guest's e-mail; `overrides` add to it or replace. */
export function orderRequest(overrides: Record<string, unknown>): Record<string, unknown> {
  return { shippingAddress: ADDRESS, payments: [{ methodToken: 'tok_visa' }], ...overrides };
}

/** Places an order of items and demands that it was made. */
export async function placeOrder(client: Client, overrides: Record<string, unknown> = {}): Promise<Order> {
  const reply = await client.post<Order>(
    '/orders',
    orderRequest({ items: [{ sku: 'demo-1', quantity: 1 }], currency: 'USD', ...overrides }),
  );
  expect({ status: reply.status, body: reply.body }).toMatchObject({ status: 201 });
  return reply.body;
}

/** Makes a cart and demands that it was made. */
export async function createCart(client: Client, items: { sku: string; quantity: number }[] = []): Promise<Cart> {
  const reply = await client.post<Cart>('/carts', { items });
  expect({ status: reply.status, body: reply.body }).toMatchObject({ status: 201 });
  return reply.body;
}

/** Waits until the order answers to the description, and gives it. */
export async function orderWhen(
  client: Client,
  orderId: string,
  what: string,
  fits: (order: Order) => boolean,
): Promise<Order> {
  return waitUntil(
    `the order is ${what}`,
    async () => {
      const { status, body } = await client.get<Order>(`/orders/${orderId}`);
      return status === 200 && fits(body) ? body : undefined;
    },
    { deadlineMs: 15_000, pollMs: 100 },
  );
}

/** Demands a problem document (RFC 9457) of that status and code, which gives nothing of the inside away. */
export function expectProblem(reply: Reply<unknown>, status: number, code: string): Problem {
  const problem = reply.body as Problem;
  expect({ status: reply.status, code: problem?.code, text: reply.text }).toMatchObject({ status, code });
  expect(reply.headers.get('content-type')).toMatch(/^application\/problem\+json/u);
  expect(problem).toMatchObject({
    type: expect.any(String) as string,
    title: expect.any(String) as string,
    status,
    instance: expect.any(String) as string,
  });
  expect(reply.text).not.toMatch(/node_modules|\bat .+\.[jt]s:\d+|"stack"|Mongo(?:Server)?Error/u);
  return problem;
}

interface RawRequest {
  method: string;
  path: string;
  headers?: Record<string, string>;
  body?: string;
}

/** A request sent byte for byte as given, where `fetch` would put it right. */
export async function sendRaw(baseUrl: string, request: RawRequest): Promise<Reply<Problem>> {
  const { status, headers, text } = await answerTo(baseUrl, request);
  requireDocumented({ method: request.method, path: request.path, status, headers, text });
  const isJson = text !== '' && /json/u.test(headers.get('content-type') ?? '');
  return { status, headers, body: (isJson ? JSON.parse(text) : undefined) as Problem, text };
}

function answerTo(
  baseUrl: string,
  { method, path, headers, body }: RawRequest,
): Promise<{ status: number; headers: Headers; text: string }> {
  const { hostname, port } = new URL(baseUrl);
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ hostname, port, method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: new Headers(response.headers as Record<string, string>),
          text: Buffer.concat(chunks).toString(),
        }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
