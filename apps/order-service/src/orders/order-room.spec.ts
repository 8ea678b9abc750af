import { changeAddress } from './domain/care.js';
import type { Order } from './domain/order.js';
import { after, confirmedOrder } from './domain/order-fixtures.spec-support.js';
import { hasRoom, MOST_BYTES, requireRoom, type ChangedBy } from './order-room.js';

const placed = confirmedOrder();

/** An order that was sent to another place so often. */
function changedTimes(count: number): Order {
  let order = placed;
  for (let version = 1; version <= count; version += 1) {
    const moved = changeAddress(order, { ...placed.shippingAddress, line2: `${version}` }, after(version));
    order = { ...moved, version, auditHead: { sequence: version, hash: 'x'.repeat(43), at: moved.updatedAt } };
  }
  return order;
}

const roomOf = (order: Order): ChangedBy[] =>
  (Object.keys(MOST_BYTES) as ChangedBy[]).filter((by) => hasRoom(order, by));

describe('the room of an order', () => {
  it('is enough for a thousand changes by a buyer, then for vendors, then for staff', () => {
    expect(roomOf(changedTimes(1_000))).toEqual(['buyer', 'vendor', 'staff']);
    expect(roomOf(changedTimes(2_500))).toEqual(['vendor', 'staff']);
    expect(roomOf(changedTimes(4_000))).toEqual(['staff']);
    expect(roomOf(changedTimes(6_000))).toEqual([]);
  });

  it('is what a change is refused for', () => {
    expect(() => requireRoom(changedTimes(2_500), 'buyer')).toThrow(
      expect.objectContaining({ code: 'order_full' }) as Error,
    );
    expect(() => requireRoom(changedTimes(2_500), 'staff')).not.toThrow();
  });
});
