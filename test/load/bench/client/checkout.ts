import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Buyer, Job, PlacedOrder } from '../job.js';
import { Connections } from './connections.js';
import { timed, type NoteStep, type Work } from './work.js';

interface OrderReply {
  id: string;
  number: string;
  status: string;
  payment: { status: string };
}

/** Of two vendors. */
const ITEMS = [
  { sku: 'demo-1', quantity: 2 },
  { sku: 'demo-2', quantity: 1 },
];
const SHIPPING_ADDRESS = {
  name: 'Alice Example',
  line1: '1 Market Street',
  city: 'Springfield',
  region: 'OR',
  postalCode: '97477',
  country: 'US',
};
const PAYMENTS = [{ methodToken: 'tok_visa' }];
const POLL_MS = 20;
const SETTLED_WITHIN_MS = 30_000;

/** Buyers who fill a cart with the goods of two vendors and order it; done when the payment is settled. */
export class CheckoutWork implements Work {
  readonly #connections: Connections;
  /** How often each client has bought: its buyers take turns. */
  readonly #turns: number[];

  /** @param isCaptured whether staff ships all of it, until the payment is captured */
  constructor(
    private readonly job: Job,
    private readonly isCaptured: boolean,
  ) {
    this.#connections = new Connections(job.baseUrl, job.concurrency);
    this.#turns = Array.from({ length: job.concurrency }, () => 0);
  }

  async once(client: number, note: NoteStep): Promise<void> {
    await this.buy(client, note);
  }

  async buy(client: number, note: NoteStep): Promise<PlacedOrder> {
    const buyer = this.#nextBuyer(client);
    const cart = await timed(note, 'cart', async () => this.#fillCart(client, buyer));
    const order = await timed(note, 'order', async () => this.#order(client, buyer, cart.id));
    if (this.isCaptured) await timed(note, 'capture', async () => this.#capture(client, buyer, order.id));
    return { id: order.id, number: order.number, cartId: cart.id, buyer };
  }

  async close(): Promise<void> {
    await this.#connections.close();
  }

  #nextBuyer(client: number): Buyer {
    const turn = this.#turns[client] ?? 0;
    this.#turns[client] = turn + 1;
    const share = Math.floor(this.job.buyers.length / this.job.concurrency);
    return this.job.buyers[client * share + (turn % share)] as Buyer;
  }

  async #fillCart(client: number, { token }: Buyer): Promise<{ id: string }> {
    const call = {
      method: 'POST',
      path: '/carts',
      token,
      body: { items: ITEMS },
      idempotencyKey: randomUUID(),
    } as const;
    return this.#connections.json(client, call, 201);
  }

  async #order(client: number, buyer: Buyer, cartId: string): Promise<OrderReply> {
    const body = { cartId, shippingAddress: SHIPPING_ADDRESS, email: `${buyer.id}@example.com`, payments: PAYMENTS };
    const call = { method: 'POST', path: '/orders', token: buyer.token, body, idempotencyKey: randomUUID() } as const;
    const order = await this.#connections.json<OrderReply>(client, call, 201);
    return this.#until(client, buyer, order, ({ status }) => status === 'confirmed');
  }

  async #capture(client: number, buyer: Buyer, orderId: string): Promise<void> {
    const call = {
      method: 'PUT',
      path: `/orders/${orderId}`,
      token: this.job.staffToken,
      body: { status: 'shipped' },
    } as const;
    const order = await this.#connections.json<OrderReply>(client, call, 200);
    await this.#until(client, buyer, order, ({ payment }) => payment.status === 'captured');
  }

  /** The reply says it as a rule; what goes on by itself is asked for again. */
  async #until(
    client: number,
    { token }: Buyer,
    first: OrderReply,
    isSo: (order: OrderReply) => boolean,
  ): Promise<OrderReply> {
    const until = performance.now() + SETTLED_WITHIN_MS;
    let order = first;
    while (!isSo(order)) {
      if (performance.now() > until)
        throw new Error(`an order stayed ${order.status}, its payment ${order.payment.status}`);
      await delay(POLL_MS);
      order = await this.#connections.json(client, { method: 'GET', path: `/orders/${order.id}`, token }, 200);
    }
    return order;
  }
}
