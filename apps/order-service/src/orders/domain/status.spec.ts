import fc from 'fast-check';
import { IllegalTransitionError, type StateMachine } from '@marketplace/domain';
import {
  orderStatus,
  PAYMENT_STATUSES,
  paymentStatus,
  RETURN_STATUSES,
  returnMachine,
  settledStatus,
  SHIPMENT_STATUSES,
  shipmentMachine,
  tenderMachine,
  VENDOR_ORDER_STATUSES,
  vendorOrderMachine,
  type OrderStatus,
  type PaymentFigures,
  type PaymentStatus,
  type VendorOrderStatus,
} from './status.js';

const MACHINES: [string, StateMachine<string>, readonly string[]][] = [
  ['vendor order', vendorOrderMachine, VENDOR_ORDER_STATUSES],
  ['payment', tenderMachine, PAYMENT_STATUSES],
  ['shipment', shipmentMachine, SHIPMENT_STATUSES],
  ['return', returnMachine, RETURN_STATUSES],
];

describe.each(MACHINES)('the states of a %s', (_, machine, statuses) => {
  it('are those of the list, and every one of them can be reached', () => {
    expect(machine.states.toSorted()).toEqual(statuses.toSorted());
    expect(Array.from(machine.reachable()).toSorted()).toEqual(statuses.toSorted());
  });

  const pairs = statuses.flatMap((from) => statuses.map((to): [string, string] => [from, to]));
  const inTable = pairs.filter(([from, to]) => machine.transitions[from]?.includes(to));
  const notInTable = pairs.filter((pair) => !inTable.includes(pair));

  it.each(inTable)('allow %s -> %s', (from, to) => {
    expect(machine.move(from, to)).toBe(to);
  });

  it.each(notInTable)('refuse %s -> %s', (from, to) => {
    expect(() => machine.move(from, to)).toThrow(IllegalTransitionError);
  });

  it('are never entered twice', () => {
    expect(inTable.filter(([from, to]) => from === to)).toEqual([]);
    // A state that could be left and come back to would let an order go round; only an open payment is asked again.
    const rounds = statuses.filter((from) => {
      const seen = new Set<string>(machine.allowedFrom(from));
      for (const state of seen) for (const next of machine.allowedFrom(state)) seen.add(next);
      return seen.has(from);
    });
    expect(rounds.toSorted()).toEqual(machine.name === 'payment' ? ['authorizing', 'unknown'] : []);
  });
});

describe('what the tables say', () => {
  it('a vendor order can be cancelled until something has left', () => {
    const cancellable = VENDOR_ORDER_STATUSES.filter((status) => vendorOrderMachine.allows(status, 'cancelled'));
    expect(cancellable).toEqual(['pending', 'confirmed', 'processing']);
  });

  it('nothing is shipped before the payment is confirmed, nor delivered before it was shipped', () => {
    expect(vendorOrderMachine.allowedFrom('pending')).toEqual(['confirmed', 'cancelled']);
    const deliverable = VENDOR_ORDER_STATUSES.filter((status) => vendorOrderMachine.allows(status, 'delivered'));
    expect(deliverable).toEqual(['partially_shipped', 'shipped', 'partially_delivered']);
  });

  it('money that was declined, voided or refunded in full never moves again', () => {
    for (const status of ['declined', 'voided', 'refunded'] as const)
      expect(tenderMachine.allowedFrom(status)).toEqual([]);
  });

  it('captured money is refunded, never voided', () => {
    expect(tenderMachine.allows('captured', 'voided')).toBe(false);
    expect(tenderMachine.allows('captured', 'refunded')).toBe(true);
  });

  it('a parcel is delivered or lost once', () => {
    expect(shipmentMachine.allowedFrom('in_transit')).toEqual(['delivered', 'lost']);
  });

  it('only units that are back are paid for, and only what was asked for is rejected', () => {
    const refundable = RETURN_STATUSES.filter((status) => returnMachine.allows(status, 'refunded'));
    const rejectable = RETURN_STATUSES.filter((status) => returnMachine.allows(status, 'rejected'));
    expect([refundable, rejectable]).toEqual([['received'], ['requested']]);
  });
});

const allAre = (list: readonly VendorOrderStatus[], ...wanted: VendorOrderStatus[]): boolean =>
  list.filter((status) => status !== 'cancelled').every((status) => wanted.includes(status));

describe('the status of an order', () => {
  const rows: [VendorOrderStatus[], OrderStatus][] = [
    [['pending', 'pending'], 'pending'],
    [['pending', 'confirmed'], 'pending'],
    [['pending', 'cancelled'], 'pending'],
    [['confirmed', 'confirmed'], 'confirmed'],
    [['confirmed', 'cancelled'], 'confirmed'],
    [['confirmed', 'processing'], 'processing'],
    [['processing', 'cancelled'], 'processing'],
    [['confirmed', 'partially_shipped'], 'partially_shipped'],
    [['confirmed', 'shipped'], 'partially_shipped'],
    [['processing', 'delivered'], 'partially_shipped'],
    [['partially_shipped', 'delivered'], 'partially_shipped'],
    [['confirmed', 'returned'], 'partially_shipped'],
    [['shipped', 'shipped'], 'shipped'],
    [['shipped', 'cancelled'], 'shipped'],
    [['shipped', 'partially_delivered'], 'partially_delivered'],
    [['shipped', 'delivered'], 'partially_delivered'],
    [['shipped', 'returned'], 'partially_delivered'],
    [['partially_delivered', 'delivered'], 'partially_delivered'],
    [['delivered', 'delivered'], 'delivered'],
    [['delivered', 'cancelled'], 'delivered'],
    [['delivered', 'returned'], 'delivered'],
    [['returned', 'returned'], 'returned'],
    [['returned', 'cancelled'], 'returned'],
    [['cancelled', 'cancelled'], 'cancelled'],
  ];

  it.each(rows)('of %p is %s', (statuses, expected) => {
    expect(orderStatus(statuses)).toBe(expected);
    expect(orderStatus(statuses.toReversed())).toBe(expected);
  });

  it.each(VENDOR_ORDER_STATUSES)('of one vendor order is its own: %s', (status) => {
    expect(orderStatus([status])).toBe(status);
    expect(orderStatus([status, status, status])).toBe(status);
  });

  const statuses = fc.array(fc.constantFrom(...VENDOR_ORDER_STATUSES), { minLength: 1, maxLength: 6 });

  it('does not depend on the sequence of the vendor orders, nor on cancelled ones beside others', () => {
    fc.assert(
      fc.property(statuses, (list) => {
        expect(orderStatus(list.toSorted())).toBe(orderStatus(list));
        expect(orderStatus([...list, 'cancelled'])).toBe(orderStatus(list));
      }),
    );
  });

  it('promises nothing that is not true of every part', () => {
    fc.assert(
      fc.property(statuses, (list) => {
        const status = orderStatus(list);
        expect(status === 'cancelled').toBe(list.every((one) => one === 'cancelled'));
        if (status === 'cancelled') return;
        expect(status === 'returned').toBe(allAre(list, 'returned'));
        expect(status === 'delivered' || status === 'returned').toBe(allAre(list, 'delivered', 'returned'));
        const hasLeft = allAre(list, 'shipped', 'partially_delivered', 'delivered', 'returned');
        expect(['shipped', 'partially_delivered', 'delivered', 'returned'].includes(status)).toBe(hasLeft);
        if (status === 'pending') expect(list).toContain('pending');
      }),
    );
  });
});

const figures = (authorizedMinor = 0, voidedMinor = 0, capturedMinor = 0, refundedMinor = 0): PaymentFigures => ({
  authorizedMinor,
  voidedMinor,
  capturedMinor,
  refundedMinor,
});

describe('the status of authorized money', () => {
  it.each<[string, PaymentFigures, PaymentStatus]>([
    ['nothing has moved', figures(100), 'authorized'],
    ['a part was given up', figures(100, 40), 'authorized'],
    ['all was given up', figures(100, 100), 'voided'],
    ['a part was captured', figures(100, 0, 40), 'partially_captured'],
    ['a part was captured and a part given up', figures(100, 30, 40), 'partially_captured'],
    ['all was captured', figures(100, 0, 100), 'captured'],
    ['a part was captured and the rest given up', figures(100, 60, 40), 'captured'],
    ['a part of all was refunded', figures(100, 0, 100, 1), 'partially_refunded'],
    ['what was captured was refunded while more is held', figures(100, 0, 40, 40), 'partially_refunded'],
    ['all was refunded', figures(100, 0, 100, 100), 'refunded'],
    ['all that was captured was refunded, the rest given up', figures(100, 60, 40, 40), 'refunded'],
  ])('%s', (_, given, expected) => {
    expect(settledStatus(given)).toBe(expected);
  });
});

const tender = (status: PaymentStatus, ...numbers: number[]): PaymentFigures & { status: PaymentStatus } => ({
  status,
  ...figures(...numbers),
});

describe('the payment status of an order', () => {
  it.each<[string, ReturnType<typeof tender>[], PaymentStatus]>([
    ['an order that costs nothing is paid', [], 'captured'],
    ['one decline fails the whole payment', [tender('authorized', 50), tender('declined')], 'declined'],
    ['a decline outweighs what is not known yet', [tender('unknown'), tender('declined')], 'declined'],
    ['what is not known outweighs a confirmation', [tender('requires_action'), tender('unknown')], 'unknown'],
    ['the buyer must still confirm', [tender('authorizing'), tender('requires_action')], 'requires_action'],
    ['one is still under way', [tender('authorized', 50), tender('authorizing')], 'authorizing'],
    ['all are held', [tender('authorized', 50), tender('authorized', 50)], 'authorized'],
    ['one is captured', [tender('captured', 50, 0, 50), tender('authorized', 50)], 'partially_captured'],
    ['all are captured', [tender('captured', 50, 0, 50), tender('captured', 50, 10, 40)], 'captured'],
    [
      'one is captured, the other was not needed',
      [tender('captured', 50, 0, 50), tender('voided', 50, 50)],
      'captured',
    ],
    ['one is refunded', [tender('refunded', 50, 0, 50, 50), tender('captured', 50, 0, 50)], 'partially_refunded'],
    ['all are refunded', [tender('refunded', 50, 0, 50, 50), tender('refunded', 50, 0, 50, 50)], 'refunded'],
    ['all are given up', [tender('voided', 50, 50), tender('voided')], 'voided'],
    ['one that never held anything is given up', [tender('voided'), tender('authorized', 50)], 'authorized'],
  ])('%s', (_, tenders, expected) => {
    expect(paymentStatus(tenders)).toBe(expected);
    expect(paymentStatus(tenders.toReversed())).toBe(expected);
  });
});
