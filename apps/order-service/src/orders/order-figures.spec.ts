import { confirmedOrder, move } from './domain/order-fixtures.spec-support.js';
import { countEvents, orderEvents } from './order-figures.js';

async function counted(): Promise<Record<string, number>> {
  const { values } = await orderEvents.get();
  return Object.fromEntries(values.map(({ labels, value }) => [String(labels.type), value]));
}

describe('the count of events of orders', () => {
  beforeEach(() => orderEvents.reset());

  it('has every event of a new order', async () => {
    const order = confirmedOrder();
    countEvents(undefined, order);
    expect(await counted()).toMatchObject({ placed: 1, confirmed: 1 });
    expect(Object.values(await counted()).reduce((sum, value) => sum + value, 0)).toBe(order.history.length);
  });

  it('has what a change added, and nothing twice', async () => {
    const before = confirmedOrder();
    const after = move(before, 'processing');
    countEvents(before, after);
    countEvents(after, after);
    expect(await counted()).toEqual({ processing: after.vendorOrders.length });
  });
});
