import { orderOf, unitOf } from './dataset.fixture.js';
import { ProblemError, ServiceUnavailableError } from './http-client.js';
import type { Cart, Order, OrderServiceApi, StatusChange } from './order-service-api.js';
import { type OrderPlan, planReplay } from './plan.js';
import { runReplay, workListOf } from './runner.js';

const money = (amount: number) => ({ amount, currency: 'BRL' });

/** A service in memory with one active cart a customer, as the HTTP contract has it. */
class ServiceInMemory {
  readonly orders = new Map<string, Order>();
  readonly carts = new Map<string, Cart>();
  readonly calls: string[] = [];
  failWith: ((plan: OrderPlan) => Error | undefined) | undefined;
  private lastId = 0;

  async fillCart(customerId: string, items: Cart['items']): Promise<Cart> {
    const cart = this.carts.get(customerId) ?? { id: `cart-${++this.lastId}`, items: [] };
    this.carts.set(customerId, cart);
    for (const { sku, quantity } of items) {
      const line = cart.items.find((item) => item.sku === sku);
      if (line) line.quantity += quantity;
      else cart.items.push({ sku, quantity });
    }
    return cart;
  }

  async abandonCart(customerId: string): Promise<void> {
    this.carts.delete(customerId);
  }

  async checkOut(plan: OrderPlan, cartId: string): Promise<{ order: Order; existed: boolean }> {
    const failure = this.failWith?.(plan);
    if (failure) throw failure;
    const existing = this.orders.get(plan.reference);
    if (existing) return { order: existing, existed: true };
    const cart = this.carts.get(plan.customerId);
    if (cart?.id !== cartId) throw new ProblemError(409, 'cart_not_active', 'not the active cart');
    this.carts.delete(plan.customerId);
    const order: Order = {
      id: `order-${++this.lastId}`,
      clientReference: plan.reference,
      customerId: plan.customerId,
      status: 'confirmed',
      currency: 'BRL',
      vendorOrders: plan.vendorIds.map((vendorId) => ({
        vendorId,
        status: 'confirmed',
        items: cart.items,
        totals: { items: money(0), shipping: money(0) },
      })),
      totals: { items: money(0), shipping: money(0), grandTotal: money(0) },
      payment: { status: 'authorized', authorized: money(0), captured: money(0), refunded: money(0) },
    };
    this.orders.set(plan.reference, order);
    this.calls.push(`${plan.reference} placed`);
    return { order, existed: false };
  }

  async orderOfCustomer(_customerId: string, orderId: string): Promise<Order> {
    return this.find(orderId);
  }

  async changeAsVendor(vendorId: string, orderId: string, change: StatusChange): Promise<void> {
    this.move(orderId, change, vendorId);
  }

  async changeAsCustomer(_customerId: string, orderId: string, change: StatusChange): Promise<void> {
    this.move(orderId, change);
  }

  private move(orderId: string, change: StatusChange, vendorId?: string): void {
    const order = this.find(orderId);
    for (const vendorOrder of order.vendorOrders) {
      if (vendorId === undefined || vendorOrder.vendorId === vendorId) vendorOrder.status = change.status;
    }
    if (order.vendorOrders.every((vendorOrder) => vendorOrder.status === change.status)) order.status = change.status;
    this.calls.push(`${order.clientReference} ${change.status} by ${vendorId ?? 'customer'}`);
  }

  private find(orderId: string): Order {
    const order = [...this.orders.values()].find(({ id }) => id === orderId);
    if (!order) throw new ProblemError(404, 'not_found', 'no such order');
    return order;
  }
}

const twoSellers = [unitOf(), unitOf({ sellerId: 'seller-b' })];

function plansOf(...orders: Partial<ReturnType<typeof orderOf>>[]): OrderPlan[] {
  return planReplay({ orders: orders.map((order) => orderOf(order)), categories: new Map() }).orders;
}

async function run(service: ServiceInMemory, plans: OrderPlan[], signal = new AbortController().signal) {
  const known = new Map(service.orders);
  const work = workListOf(plans, known);
  const outcomes: boolean[] = [];
  const options = { concurrency: 4, known, onOrder: (failed: boolean) => outcomes.push(failed), signal };
  const result = await runReplay(service as unknown as OrderServiceApi, work, options);
  return { work, result, outcomes };
}

describe('runReplay', () => {
  it('moves every vendor order to where the data says, each in the name of who does it', async () => {
    const service = new ServiceInMemory();
    const plans = plansOf(
      { orderId: 'delivered', customerUniqueId: 'a', units: twoSellers },
      { orderId: 'cancelled', customerUniqueId: 'b', status: 'canceled', units: twoSellers },
      { orderId: 'unavailable', customerUniqueId: 'c', status: 'unavailable', units: twoSellers },
      { orderId: 'approved', customerUniqueId: 'd', status: 'approved' },
    );
    const { result, outcomes } = await run(service, plans);
    expect(result).toEqual({ finished: 4, failures: [] });
    expect(outcomes).toEqual([false, false, false, false]);
    const callsOf = (reference: string) => service.calls.filter((call) => call.startsWith(`${reference} `));
    expect(callsOf('delivered')).toEqual([
      'delivered placed',
      'delivered shipped by seller-a',
      'delivered delivered by seller-a',
      'delivered shipped by seller-b',
      'delivered delivered by seller-b',
    ]);
    expect(callsOf('cancelled')).toEqual(['cancelled placed', 'cancelled cancelled by customer']);
    expect(callsOf('unavailable')).toEqual([
      'unavailable placed',
      'unavailable cancelled by seller-a',
      'unavailable cancelled by seller-b',
    ]);
    expect(callsOf('approved')).toEqual(['approved placed']);
  });

  it('places the orders of one customer one after another', async () => {
    const service = new ServiceInMemory();
    const references = ['one', 'two', 'three', 'four'];
    const { result } = await run(service, plansOf(...references.map((orderId) => ({ orderId }))));
    expect(result.finished).toBe(4);
    expect(service.calls.filter((call) => call.endsWith('placed'))).toEqual(references.map((name) => `${name} placed`));
  });

  it('does nothing again when it runs a second time', async () => {
    const service = new ServiceInMemory();
    const plans = plansOf({ orderId: 'one' }, { orderId: 'two', status: 'canceled' });
    await run(service, plans);
    const calls = service.calls.length;
    const { work, result } = await run(service, plans);
    expect(work).toEqual({ customers: [], complete: 2, begun: 0 });
    expect(result.finished).toBe(0);
    expect(service.calls).toHaveLength(calls);
  });

  it('goes on with an order that an earlier run left half way', async () => {
    const service = new ServiceInMemory();
    const plans = plansOf({ orderId: 'one', units: twoSellers });
    await run(service, plans);
    const order = service.orders.get('one');
    if (order?.vendorOrders[1]) order.vendorOrders[1].status = 'shipped';
    if (order) order.status = 'partially_delivered';
    service.calls.length = 0;
    const { work } = await run(service, plans);
    expect(work.begun).toBe(1);
    expect(service.calls).toEqual(['one delivered by seller-b']);
  });

  it('buys exactly the order though an interrupted run left something in the cart', async () => {
    const service = new ServiceInMemory();
    const plans = plansOf({ orderId: 'one' });
    const left = plans[0]?.lines.map(({ sku, quantity }) => ({ sku, quantity })) ?? [];
    await service.fillCart('customer-1', [...left, { sku: 'something-else', quantity: 1 }]);
    const { result } = await run(service, plans);
    expect(result.failures).toEqual([]);
    expect(service.orders.get('one')?.vendorOrders[0]?.items).toEqual(left);
  });

  it('fills a new cart when the service gives an interrupted checkout back in the middle', async () => {
    const service = new ServiceInMemory();
    const failures = [new ProblemError(409, 'price_changed', 'the cart has grown')];
    service.failWith = () => failures.pop();
    const { result } = await run(service, plansOf({ orderId: 'one' }));
    expect(result).toEqual({ finished: 1, failures: [] });
    expect(service.orders.get('one')?.vendorOrders[0]?.items).toEqual([{ sku: 'p1-seller-a-1000-250', quantity: 1 }]);
  });

  it('fails an order that the service prices differently, after a few carts', async () => {
    const service = new ServiceInMemory();
    service.failWith = () => new ProblemError(409, 'price_changed', 'another price');
    const { result } = await run(service, plansOf({ orderId: 'one' }));
    expect(result.failures.map((failure) => failure.code)).toEqual(['409 price_changed']);
  });

  it('takes up an order that the service knows and the list did not show, and leaves no cart behind', async () => {
    const service = new ServiceInMemory();
    const plans = plansOf({ orderId: 'one' });
    const cart = await service.fillCart('customer-1', plans[0]?.lines ?? []);
    await service.checkOut(plans[0] as OrderPlan, cart.id);
    const work = workListOf(plans, new Map());
    const options = {
      concurrency: 1,
      known: new Map(),
      onOrder: () => undefined,
      signal: new AbortController().signal,
    };
    const result = await runReplay(service as unknown as OrderServiceApi, work, options);
    expect(result.finished).toBe(1);
    expect(service.orders.size).toBe(1);
    expect(service.carts.size).toBe(0);
  });

  it('notes an order that fails and goes on', async () => {
    const service = new ServiceInMemory();
    service.failWith = (plan) =>
      plan.reference === 'bad' ? new ProblemError(409, 'out_of_stock', 'too few') : undefined;
    const { result, outcomes } = await run(service, plansOf({ orderId: 'bad' }, { orderId: 'good' }));
    expect(result.failures).toEqual([{ reference: 'bad', code: '409 out_of_stock', message: 'too few' }]);
    expect(result.finished).toBe(1);
    expect(outcomes).toEqual([true, false]);
  });

  it('fails an order that someone else has moved past where the data says', async () => {
    const service = new ServiceInMemory();
    const plans = plansOf({ orderId: 'one', status: 'invoiced' });
    await run(service, plans);
    const order = service.orders.get('one');
    if (order?.vendorOrders[0]) order.vendorOrders[0].status = 'shipped';
    if (order) order.status = 'shipped';
    const { result } = await run(service, plans);
    expect(result.failures[0]?.code).toBe('409 unexpected_status');
  });

  it('gives up when the service stays away', async () => {
    const service = new ServiceInMemory();
    service.failWith = () => new ServiceUnavailableError('POST /orders: status 503');
    const plans = plansOf(...['a', 'b', 'c', 'd', 'e', 'f'].map((id) => ({ orderId: id, customerUniqueId: id })));
    const { result } = await run(service, plans);
    expect(result).toEqual({ finished: 0, failures: [], unavailable: 'POST /orders: status 503' });
  });

  it('begins no further order once it is told to stop', async () => {
    const service = new ServiceInMemory();
    const { result } = await run(service, plansOf({ orderId: 'one' }, { orderId: 'two' }), AbortSignal.abort());
    expect(result.finished).toBe(0);
    expect(service.orders.size).toBe(0);
  });
});
