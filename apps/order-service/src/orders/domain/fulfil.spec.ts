import { IllegalTransitionError } from '@marketplace/domain';
import { requestStatus, type RequestableStatus, type StatusRequest } from './fulfil.js';
import {
  after,
  authorizeAll,
  confirmedOrder,
  heldOrder,
  move,
  quotedLine,
  settleAll,
  tenderOf,
  vendorOrderOf,
} from './order-fixtures.spec-support.js';
import type { Order } from './order.js';

/** vendor-1: 35.00 (3 x 10.00, shipping 5.00), vendor-2: 20.00; paid 30.00 and 25.00. */
const GIVEN = {
  lines: [
    quotedLine({ sku: 'a', quantity: 3, amounts: { items: 3_000, shipping: 500, discount: 0, tax: 0 } }),
    quotedLine({ sku: 'b', vendorId: 'vendor-2', unitPriceMinor: 2_000 }),
  ],
  tenders: [{ methodToken: 'tok_a', amountMinor: 3_000 }, { methodToken: 'tok_b' }],
};
const FIRST = { vendorId: 'vendor-1' };
const SECOND = { vendorId: 'vendor-2' };
const confirmed = confirmedOrder(GIVEN);

const statuses = (order: Order): string[] => order.vendorOrders.map(({ status }) => status);
const operations = (order: Order): [string, string, number][] =>
  order.payment.operations.map(({ kind, tenderId, amountMinor }) => [kind, tenderId, amountMinor]);
const newEvents = (order: Order, since: Order): [string, string | undefined][] =>
  order.history.slice(since.history.length).map(({ type, vendorId }) => [type, vendorId]);

function refusal(order: Order, request: StatusRequest): unknown {
  try {
    return requestStatus(order, request, after(2));
  } catch (error) {
    return error;
  }
}

describe('moving an order', () => {
  it.each<[RequestableStatus, string]>([
    ['processing', 'processing'],
    ['shipped', 'shipped'],
    ['cancelled', 'cancelled'],
  ])('to %s moves every vendor order, with one event each', (status, type) => {
    const order = move(confirmed, status);
    expect(statuses(order)).toEqual([status, status]);
    expect(order.status).toBe(status);
    expect(newEvents(order, confirmed)).toEqual([
      [type, 'vendor-1'],
      [type, 'vendor-2'],
    ]);
  });

  it('to delivered moves every parcel that is on its way', () => {
    const shipped = move(confirmed, 'shipped');
    const order = move(shipped, 'delivered');
    expect(order.status).toBe('delivered');
    expect(newEvents(order, shipped)).toEqual([
      ['delivered', 'vendor-1'],
      ['delivered', 'vendor-2'],
    ]);
    expect(vendorOrderOf(order, 'vendor-1')).toMatchObject({
      lines: [{ shippedQuantity: 3, deliveredQuantity: 3 }],
      shipments: [{ status: 'delivered', deliveredAt: after(2).now }],
    });
  });

  it('can be narrowed to one vendor', () => {
    const order = move(confirmed, { status: 'shipped', ...SECOND });
    expect(statuses(order)).toEqual(['confirmed', 'shipped']);
    expect(order.status).toBe('partially_shipped');
    expect(vendorOrderOf(order, 'vendor-1')).toBe(vendorOrderOf(confirmed, 'vendor-1'));
  });

  it('takes along the vendor orders that can move, and leaves those that are further', () => {
    const order = move(move(confirmed, { status: 'shipped', ...FIRST }), 'processing');
    expect(statuses(order)).toEqual(['shipped', 'processing']);
    const delivered = move(order, { status: 'delivered', ...FIRST });
    expect(statuses(move(delivered, 'shipped'))).toEqual(['delivered', 'shipped']);
  });

  it('leaves out what was cancelled', () => {
    const order = move(confirmed, { status: 'cancelled', ...FIRST }, 'shipped', 'delivered');
    expect(statuses(order)).toEqual(['cancelled', 'delivered']);
    expect(order.status).toBe('delivered');
  });

  it.each<RequestableStatus>(['processing', 'shipped', 'delivered', 'cancelled'])(
    'to %s, where it is already, changes nothing',
    (status) => {
      const order = status === 'delivered' ? move(confirmed, 'shipped', status) : move(confirmed, status);
      expect(move(order, status)).toBe(order);
      expect(move(order, { status, ...FIRST })).toBe(order);
    },
  );
});

describe('a move that is refused', () => {
  it.each<[string, Order, StatusRequest, object]>([
    [
      'before the payment',
      heldOrder(GIVEN),
      { status: 'shipped' },
      { from: 'pending', allowed: ['confirmed', 'cancelled'] },
    ],
    ['before the parcel left', confirmed, { status: 'delivered' }, { from: 'confirmed' }],
    ['backwards', move(confirmed, 'shipped'), { status: 'processing' }, { from: 'shipped' }],
    ['after the end', move(confirmed, 'cancelled'), { status: 'shipped' }, { from: 'cancelled', allowed: [] }],
    [
      'of a cancelled part',
      move(confirmed, { status: 'cancelled', ...FIRST }),
      { status: 'shipped', ...FIRST },
      { from: 'cancelled' },
    ],
    ['to cancel what has left', move(confirmed, 'shipped'), { status: 'cancelled' }, { from: 'shipped' }],
  ])('%s says what would be allowed', (_, order, request, details) => {
    const error = refusal(order, request);
    expect(error).toBeInstanceOf(IllegalTransitionError);
    expect(error).toMatchObject({ to: request.status, ...details });
  });

  it('cancels nothing at all when only a part could be cancelled', () => {
    const order = move(confirmed, { status: 'shipped', ...FIRST });
    expect(refusal(order, { status: 'cancelled' })).toBeInstanceOf(IllegalTransitionError);
    expect(statuses(move(order, { status: 'cancelled', ...SECOND }))).toEqual(['shipped', 'cancelled']);
  });
});

describe('shipping', () => {
  it('makes one parcel of all that is left, with what the carrier is to know', () => {
    const parcel = { carrier: 'UPS', trackingNumber: '1Z', trackingUrl: 'https://ups.example/1Z' };
    const order = move(confirmed, { status: 'shipped', ...FIRST, parcel });
    expect(vendorOrderOf(order, 'vendor-1').shipments).toEqual([
      {
        id: 's1',
        status: 'in_transit',
        ...parcel,
        items: [{ sku: 'a', quantity: 3 }],
        amountMinor: 3_500,
        capturedMinor: 0,
        commissionMinor: 300,
        shippedAt: after(2).now,
      },
    ]);
    expect(order.history.at(-1)).toMatchObject({ type: 'shipped', data: { shipmentId: 's1', carrier: 'UPS' } });
  });

  it('captures its value from the tenders in their order', () => {
    const order = move(confirmed, { status: 'shipped', ...FIRST });
    expect(operations(order)).toEqual([
      ['capture', 't1', 3_000],
      ['capture', 't2', 500],
    ]);
    expect(order.payment.operations).toMatchObject([
      { key: 'order-1:t1:capture:1:3000', vendorId: 'vendor-1', shipmentId: 's1', status: 'pending' },
      { key: 'order-1:t2:capture:2:500', vendorId: 'vendor-1', shipmentId: 's1', status: 'pending' },
    ]);
  });

  it('counts on no money that an earlier parcel is still to capture', () => {
    expect(operations(move(confirmed, { status: 'shipped', ...FIRST }, 'shipped'))).toEqual([
      ['capture', 't1', 3_000],
      ['capture', 't2', 500],
      ['capture', 't2', 2_000],
    ]);
  });

  it('stands even though its capture is not there yet', () => {
    const order = move(confirmed, 'shipped', 'delivered');
    expect(order).toMatchObject({ status: 'delivered', payment: { status: 'authorized' } });
    expect(settleAll(order).payment.status).toBe('captured');
  });

  it('of what costs nothing captures nothing', () => {
    const lines = [quotedLine({ sku: 'gift', unitPriceMinor: 0 }), quotedLine({ sku: 'b', vendorId: 'vendor-2' })];
    expect(operations(move(confirmedOrder({ lines }), { status: 'shipped', ...FIRST }))).toEqual([]);
  });
});

describe('cancelling', () => {
  it('voids everything when nothing was shipped, and gives the stock back', () => {
    const order = move(confirmed, { status: 'cancelled', reason: 'changed my mind' });
    expect(operations(order)).toEqual([
      ['void', 't1', 3_000],
      ['void', 't2', 2_500],
    ]);
    expect(order.stock.pending.at(-1)).toMatchObject({
      kind: 'release',
      items: [
        { sku: 'a', quantity: 3 },
        { sku: 'b', quantity: 1 },
      ],
    });
    expect(order.history.at(-1)).toMatchObject({ type: 'cancelled', data: { reason: 'changed my mind' } });
    expect(settleAll(order)).toMatchObject({ status: 'cancelled', payment: { status: 'voided' } });
  });

  it('of a part gives back its stock at once, and its money when the rest has left', () => {
    const part = move(confirmed, { status: 'cancelled', ...SECOND });
    expect(part.stock.pending.at(-1)).toMatchObject({ kind: 'release', items: [{ sku: 'b', quantity: 1 }] });
    expect(vendorOrderOf(part, 'vendor-2').lines[0]).toMatchObject({
      cancelledQuantity: 1,
      cancelledAmounts: { items: 2_000 },
    });
    expect(operations(part)).toEqual([]);
    const shipped = move(part, 'shipped');
    expect(operations(shipped)).toEqual([
      ['capture', 't1', 3_000],
      ['capture', 't2', 500],
      ['void', 't2', 2_000],
    ]);
    const settled = settleAll(shipped);
    expect(settled).toMatchObject({ status: 'shipped', payment: { status: 'captured' } });
    expect(tenderOf(settled, 't2')).toMatchObject({ capturedMinor: 500, voidedMinor: 2_000 });
  });

  it('of the last open part gives up whatever the shipped ones do not need', () => {
    const order = move(settleAll(move(confirmed, { status: 'shipped', ...SECOND })), { status: 'cancelled', ...FIRST });
    expect(operations(order)).toEqual([
      ['capture', 't1', 2_000],
      ['void', 't1', 1_000],
      ['void', 't2', 2_500],
    ]);
    expect(settleAll(order)).toMatchObject({ status: 'shipped', payment: { status: 'captured' } });
  });

  it('part by part ends as cancelling the whole does', () => {
    const order = move(confirmed, { status: 'cancelled', ...SECOND }, { status: 'cancelled', ...FIRST });
    expect(order.status).toBe('cancelled');
    expect(operations(order)).toEqual(operations(move(confirmed, 'cancelled')));
    expect(new Set(order.stock.pending.map(({ id }) => id)).size).toBe(3);
  });

  it('is possible while the payment is under way', () => {
    const order = move(heldOrder(GIVEN), 'cancelled');
    expect(order.status).toBe('cancelled');
    expect(authorizeAll(order).status).toBe('cancelled');
    expect(settleAll(authorizeAll(order)).payment.status).toBe('voided');
  });
});
