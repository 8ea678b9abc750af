import { type Money, money } from '@marketplace/domain';
import { CURRENCY } from './decimal.js';
import { type HttpClient, ProblemError } from './http-client.js';
import type { OrderPlan } from './plan.js';
import type { TargetStatus } from './status-mapping.js';
import type { Tokens } from './tokens.js';

/** What the replay reads of a cart. */
export interface Cart {
  id: string;
  items: { sku: string; quantity: number }[];
}

/** What the replay reads of an order. */
export interface Order {
  id: string;
  clientReference?: string;
  customerId?: string;
  status: string;
  currency: string;
  vendorOrders: {
    vendorId: string;
    status: string;
    items: { sku: string; quantity: number }[];
    totals: { items: Money; shipping: Money };
  }[];
  totals: { items: Money; shipping: Money; grandTotal: Money };
  payment: { status: string; authorized: Money; captured: Money; refunded: Money };
}

interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

export interface StatusChange {
  status: TargetStatus;
  reason?: string;
  shipment?: { carrier: string; trackingNumber: string };
}

const PAGE_SIZE = 100;

/** The routes of the Order Service that the replay uses, each in the name of whoever would use it. */
export class OrderServiceApi {
  constructor(
    private readonly client: HttpClient,
    private readonly tokens: Tokens,
  ) {}

  /** Adds items to the customer's active cart, or to a new one. */
  async fillCart(customerId: string, items: { sku: string; quantity: number }[]): Promise<Cart> {
    const token = await this.tokens.customer(customerId);
    const reply = await this.client.request({
      method: 'POST',
      path: '/carts',
      token,
      body: { currency: CURRENCY, items },
    });
    return reply.body as Cart;
  }

  /** Abandons the customer's active cart, if there is one. */
  async abandonCart(customerId: string): Promise<void> {
    const token = await this.tokens.customer(customerId);
    await ignoring('not_found', async () => {
      const reply = await this.client.request({ method: 'GET', path: '/carts/mine', token });
      const { id } = reply.body as Cart;
      await this.client.request({ method: 'DELETE', path: `/carts/${encodeURIComponent(id)}`, token });
    });
  }

  /** Checks a cart out. `existed` says that the service knew the order already. */
  async checkOut(plan: OrderPlan, cartId: string): Promise<{ order: Order; existed: boolean }> {
    const reply = await this.client.request({
      method: 'POST',
      path: '/orders',
      token: await this.tokens.customer(plan.customerId),
      // The cart is part of the key because it is part of the body: a later run fills another cart.
      idempotencyKey: `${plan.reference}-${cartId}`,
      body: {
        cartId,
        clientReference: plan.reference,
        shippingAddress: plan.shippingAddress,
        expectedTotal: money(plan.totalMinor, CURRENCY),
        payments: plan.tenders.map(({ methodToken, amountMinor }) =>
          amountMinor === undefined ? { methodToken } : { methodToken, amount: money(amountMinor, CURRENCY) },
        ),
      },
    });
    return { order: reply.body as Order, existed: reply.status === 200 };
  }

  async orderOfCustomer(customerId: string, orderId: string): Promise<Order> {
    const token = await this.tokens.customer(customerId);
    const reply = await this.client.request({ method: 'GET', path: `/orders/${encodeURIComponent(orderId)}`, token });
    return reply.body as Order;
  }

  async changeAsVendor(vendorId: string, orderId: string, change: StatusChange): Promise<void> {
    await this.change(await this.tokens.vendor(vendorId), orderId, change);
  }

  /** Ships some units in a parcel of their own. The key is the parcel's, so that a resumed run ships it once. */
  async shipAsVendor(
    vendorId: string,
    orderId: string,
    parcel: { items: { sku: string; quantity: number }[]; carrier: string; trackingNumber: string },
  ): Promise<void> {
    await this.client.request({
      method: 'POST',
      path: `/orders/${encodeURIComponent(orderId)}/shipments`,
      token: await this.tokens.vendor(vendorId),
      idempotencyKey: parcel.trackingNumber,
      body: parcel,
    });
  }

  async changeAsCustomer(customerId: string, orderId: string, change: StatusChange): Promise<void> {
    await this.change(await this.tokens.customer(customerId), orderId, change);
  }

  /** Reads every order there is, as an administrator, newest first. */
  async *allOrders(): AsyncGenerator<Order> {
    let cursor: string | null = null;
    do {
      const query = new URLSearchParams({ limit: String(PAGE_SIZE), ...(cursor ? { cursor } : {}) });
      const token = await this.tokens.admin();
      const reply = await this.client.request({ method: 'GET', path: `/orders?${query.toString()}`, token });
      const page = reply.body as Page<Order>;
      yield* page.items;
      cursor = page.nextCursor;
    } while (cursor !== null);
  }

  private async change(token: string, orderId: string, change: StatusChange): Promise<void> {
    const path = `/orders/${encodeURIComponent(orderId)}`;
    await this.client.request({ method: 'PUT', path, token, body: change });
  }
}

async function ignoring(code: string, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof ProblemError) || error.code !== code) throw error;
  }
}
