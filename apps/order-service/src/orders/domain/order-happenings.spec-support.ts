import fc from 'fast-check';
import type { AuthorizationOutcome } from './authorize-payment.js';
import { REQUESTABLE_STATUSES, type RequestableStatus } from './fulfil.js';
import { newOrders } from './new-orders.spec-support.js';
import type { NewOrder } from './place-order.js';
import { RETURN_STATUSES, type ReturnStatus } from './status.js';

/** Which units something happens to; the number chooses among those that can be had at that moment. */
export interface Choice {
  readonly which: number;
  readonly scope: 'everything' | 'vendor' | 'units';
}

/** Something that happens to an order. Numbers choose among whatever is there at that moment. */
export type Happening =
  | { kind: 'authorization'; which: number; status: AuthorizationOutcome['status'] }
  | { kind: 'move'; which: number; status: RequestableStatus; whole: boolean }
  | { kind: 'settlement'; which: number; result: 'done' | 'refused' | 'failed' | 'captured' }
  | { kind: 'repetition'; which: number }
  | { kind: 'chargeback'; which: number }
  | { kind: 'shipment'; units: Choice }
  | { kind: 'parcel'; which: number; status: 'delivered' | 'lost' }
  | { kind: 'cancellation'; units: Choice; byCustomer: boolean }
  | { kind: 'return'; units: Choice; byCustomer: boolean }
  | { kind: 'return-progress'; which: number; status: Exclude<ReturnStatus, 'requested'> }
  | { kind: 'refund'; units: Choice }
  | { kind: 'goodwill'; which: number; fundedBy: 'vendor' | 'marketplace' | undefined; percent: number }
  | { kind: 'care'; what: 'hold' | 'release' | 'address'; which: number }
  | { kind: 'time'; hours: number };

/** An order and what happens to it. */
export interface Life {
  readonly request: NewOrder;
  readonly isConfirmed: boolean;
  readonly happenings: readonly Happening[];
}

const which = fc.nat(9_999);
const often = <T>(value: T, weight: number): fc.WeightedArbitrary<T> => ({ arbitrary: fc.constant(value), weight });
const units = fc.record({
  which,
  scope: fc.oneof(often('units' as const, 8), often('vendor' as const, 2), often('everything' as const, 1)),
});
const byCustomer = fc.boolean();
const kind = <K extends Happening['kind']>(name: K): fc.Arbitrary<K> => fc.constant(name);

const authorization = fc.record({
  kind: kind('authorization'),
  which,
  status: fc.oneof(
    often('authorized' as const, 30),
    often('requires_action' as const, 2),
    often('pending' as const, 2),
    often('unknown' as const, 2),
    often('declined' as const, 3),
  ),
});
const settlement = fc.record({
  kind: kind('settlement'),
  which,
  result: fc.oneof(
    often('done' as const, 8),
    often('refused' as const, 2),
    often('failed' as const, 1),
    // A void comes too late: the Payment Service has captured some of the money or all of it.
    often('captured' as const, 2),
  ),
});
const money: fc.WeightedArbitrary<Happening>[] = [
  { weight: 3, arbitrary: authorization },
  { weight: 12, arbitrary: settlement },
  { weight: 2, arbitrary: fc.record({ kind: kind('repetition'), which }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('chargeback'), which }) },
  { weight: 4, arbitrary: fc.record({ kind: kind('refund'), units }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: kind('goodwill'),
      which,
      fundedBy: fc.constantFrom('vendor' as const, 'marketplace' as const, undefined),
      percent: fc.integer({ min: 1, max: 101 }),
    }),
  },
];

const goods: fc.WeightedArbitrary<Happening>[] = [
  {
    weight: 3,
    arbitrary: fc.record({
      kind: kind('move'),
      which,
      status: fc.constantFrom(...REQUESTABLE_STATUSES),
      whole: fc.oneof(often(false, 7), often(true, 1)),
    }),
  },
  { weight: 7, arbitrary: fc.record({ kind: kind('shipment'), units }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: kind('parcel'),
      which,
      status: fc.oneof(often('delivered' as const, 5), often('lost' as const, 1)),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: kind('cancellation'), units, byCustomer }) },
  { weight: 4, arbitrary: fc.record({ kind: kind('return'), units, byCustomer }) },
  {
    weight: 7,
    arbitrary: fc.record({
      kind: kind('return-progress'),
      which,
      status: fc.constantFrom(...RETURN_STATUSES.filter((status) => status !== 'requested')),
    }),
  },
];

const people: fc.WeightedArbitrary<Happening>[] = [
  {
    weight: 2,
    arbitrary: fc.record({
      kind: kind('care'),
      what: fc.oneof(often('hold' as const, 1), often('release' as const, 3), often('address' as const, 1)),
      which,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: kind('time'), hours: fc.constantFrom(1, 24, 49, 10 * 24, 15 * 24) }) },
];

/** The lives of orders: most of them paid for at once, as most orders are. */
export const lives: fc.Arbitrary<Life> = fc.record({
  request: newOrders,
  isConfirmed: fc.oneof(often(true, 5), often(false, 1)),
  happenings: fc.array(fc.oneof(...money, ...goods, ...people), { maxLength: 60, size: 'max' }),
});
