import {
  after,
  confirmedOrder,
  move,
  quotedLine,
  settleAll,
  tenderOf,
  vendorOrderOf,
} from './order-fixtures.spec-support.js';
import { hasPendingWork } from './advance.js';
import type { Order } from './order.js';
import { settleOperation, type OperationOutcome } from './settle-operation.js';

const GIVEN = {
  lines: [quotedLine({ sku: 'a', quantity: 3 }), quotedLine({ sku: 'b', vendorId: 'vendor-2' })],
};
const shipped = move(confirmedOrder(GIVEN), { status: 'shipped', vendorId: 'vendor-1' });
const tell = (order: Order, id: string, outcome: OperationOutcome): Order =>
  settleOperation(order, id, outcome, after(3));

const idle = (order: Order): Order => ({
  ...order,
  publishedSequence: order.history.length,
  stock: { ...order.stock, pending: [] },
});

describe('a capture', () => {
  const captured = tell(shipped, 'capture-1', { status: 'done' });

  it('credits the tender, the shipment and the vendor', () => {
    expect(captured.payment.status).toBe('partially_captured');
    expect(tenderOf(captured, 't1')).toMatchObject({
      capturedMinor: 3_000,
      authorizedMinor: 4_000,
      status: 'partially_captured',
    });
    expect(vendorOrderOf(captured, 'vendor-1').shipments).toMatchObject([{ capturedMinor: 3_000 }]);
    expect(captured.history.at(-1)).toMatchObject({
      type: 'payment-captured',
      vendorId: 'vendor-1',
      data: { amount: { amount: 3_000, currency: 'USD' }, tenderId: 't1', shipmentId: 's1' },
    });
  });

  it('told twice changes nothing', () => {
    expect(tell(captured, 'capture-1', { status: 'done' })).toBe(captured);
    expect(tell(captured, 'capture-1', { status: 'failed', reason: 'late', final: true })).toBe(captured);
  });

  it('that nobody decided changes nothing', () => {
    expect(tell(shipped, 'capture-9', { status: 'done' })).toBe(shipped);
  });

  it('that fails for now is tried again, and the shipment stands', () => {
    const failed = tell(shipped, 'capture-1', { status: 'failed', reason: 'try later', final: false });
    expect(failed.payment.operations).toMatchObject([{ status: 'pending', attempts: 1, lastError: 'try later' }]);
    expect(failed.vendorOrders).toBe(shipped.vendorOrders);
    expect(failed.history).toBe(shipped.history);
    expect(settleAll(failed).payment.operations).toMatchObject([{ status: 'done', attempts: 2 }]);
  });

  it('that fails for good is left to people, and may still succeed by them', () => {
    const failed = tell(shipped, 'capture-1', { status: 'failed', reason: 'account closed', final: true });
    expect(failed.payment.operations).toMatchObject([{ status: 'failed', lastError: 'account closed' }]);
    expect(tenderOf(failed, 't1')).toBe(tenderOf(shipped, 't1'));
    expect(vendorOrderOf(tell(failed, 'capture-1', { status: 'done' }), 'vendor-1').shipments[0]?.capturedMinor).toBe(
      3_000,
    );
  });

  it('of the last part captures the payment in full', () => {
    expect(settleAll(move(captured, 'shipped')).payment.status).toBe('captured');
  });
});

describe('a void', () => {
  const ended = move(confirmedOrder(GIVEN), 'cancelled');
  const voided = tell(ended, 'void-1', { status: 'done' });

  it('gives up all that is held', () => {
    expect(tenderOf(voided, 't1')).toMatchObject({ status: 'voided', voidedMinor: 4_000 });
    expect(voided.history.at(-1)).toMatchObject({ type: 'payment-voided', data: { amount: { amount: 4_000 } } });
  });

  it('told twice changes nothing', () => {
    expect(tell(voided, 'void-1', { status: 'done', authorizedMinor: 1 })).toBe(voided);
  });

  it('of the rest leaves what was captured', () => {
    const rest = settleAll(move(shipped, { status: 'cancelled', vendorId: 'vendor-2' }));
    expect(tenderOf(rest, 't1')).toMatchObject({ status: 'captured', capturedMinor: 3_000, voidedMinor: 1_000 });
    expect(rest.history.slice(-2).map(({ type }) => type)).toEqual(['payment-captured', 'payment-voided']);
  });
});

describe('the work on an order', () => {
  it('is over when money, stock, cart and events are all settled', () => {
    expect(hasPendingWork(idle(confirmedOrder(GIVEN)))).toBe(false);
  });

  it.each<[string, Order]>([
    ['a capture is to be made', idle(shipped)],
    ['an event is to be published', { ...idle(confirmedOrder(GIVEN)), publishedSequence: 2 }],
    ['stock is to be committed', { ...idle(confirmedOrder(GIVEN)), stock: confirmedOrder(GIVEN).stock }],
    ['the cart is to be given back', { ...idle(confirmedOrder(GIVEN)), returnsCart: true }],
  ])('is not while %s', (_, order) => {
    expect(hasPendingWork(order)).toBe(true);
  });

  it('is over when an operation has failed for good', () => {
    expect(hasPendingWork(idle(tell(shipped, 'capture-1', { status: 'failed', reason: 'no', final: true })))).toBe(
      false,
    );
  });
});

describe('an operation that was given up', () => {
  const givenUp = tell(shipped, 'capture-1', { status: 'failed', reason: 'refused', final: true });

  it('is not taken up again by a failure that is told late', () => {
    expect(tell(givenUp, 'capture-1', { status: 'failed', reason: 'busy', final: false })).toBe(givenUp);
    expect(tell(givenUp, 'capture-1', { status: 'failed', reason: 'refused', final: true })).toBe(givenUp);
  });

  it('is done all the same when that is what is told in the end', () => {
    expect(tenderOf(tell(givenUp, 'capture-1', { status: 'done' }), 't1').capturedMinor).toBe(3_000);
  });
});
