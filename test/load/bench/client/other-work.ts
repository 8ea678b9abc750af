import type { Buyer, Job, PlacedOrder } from '../job.js';
import { Connections } from './connections.js';
import type { Work } from './work.js';

const SKUS = ['demo-1', 'demo-2'];
/** A line holds at most 999 units. */
const ADDS_A_CART = 1_500;

/** Buyers who put one unit after another into a cart. */
export class AddToCartWork implements Work {
  readonly #connections: Connections;
  readonly #carts: { id: string; adds: number }[] = [];

  constructor(private readonly job: Job) {
    this.#connections = new Connections(job.baseUrl, job.concurrency);
  }

  async ready(client: number): Promise<void> {
    const cart = this.#carts[client];
    if (cart && cart.adds < ADDS_A_CART) return;
    // Their first one may be left from an earlier measurement, with what that has put in.
    const filled = cart?.id ?? (await this.#activeCart(client));
    const { token } = this.#buyer(client);
    await this.#connections.text(client, { method: 'DELETE', path: `/carts/${filled}`, token }, 204);
    this.#carts[client] = { id: await this.#activeCart(client), adds: 0 };
  }

  async once(client: number): Promise<void> {
    const cart = this.#carts[client];
    if (!cart) throw new Error('there is no cart');
    cart.adds += 1;
    const body = { sku: SKUS[cart.adds % SKUS.length], quantity: 1 };
    const { token } = this.#buyer(client);
    await this.#connections.text(client, { method: 'POST', path: `/carts/${cart.id}/items`, token, body }, 200, 201);
  }

  async close(): Promise<void> {
    await this.#connections.close();
  }

  async #activeCart(client: number): Promise<string> {
    const { token } = this.#buyer(client);
    const call = { method: 'POST', path: '/carts', token, body: { items: [{ sku: SKUS[0], quantity: 1 }] } } as const;
    return (await this.#connections.json<{ id: string }>(client, call, 200, 201)).id;
  }

  #buyer(client: number): Buyer {
    return this.job.buyers[client] as Buyer;
  }
}

/** What a reading client asks for, given one of the orders. */
type PathOf = (order: PlacedOrder) => string;

export const ORDER_PATH: PathOf = ({ id }) => `/orders/${id}`;
export const HISTORY_PATH: PathOf = ({ buyer }) => `/orders/user/${buyer.id}?limit=20`;

/** Buyers who look at one order after another, or at their history. */
export class ReadWork implements Work {
  readonly #connections: Connections;
  #turn = 0;

  constructor(
    private readonly job: Job,
    private readonly pathOf: PathOf,
  ) {
    this.#connections = new Connections(job.baseUrl, job.concurrency);
  }

  async once(client: number): Promise<void> {
    const order = this.job.orders[this.#turn % this.job.orders.length] as PlacedOrder;
    this.#turn += 1;
    await this.#connections.text(client, { method: 'GET', path: this.pathOf(order), token: order.buyer.token }, 200);
  }

  async close(): Promise<void> {
    await this.#connections.close();
  }
}
