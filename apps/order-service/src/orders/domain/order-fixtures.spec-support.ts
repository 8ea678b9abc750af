import fc from 'fast-check';
import { allocate, IllegalTransitionError, totalDue } from '@marketplace/domain';
import type { QuotedLine } from '../../catalog-client/quoted-line.js';
import { isUndecided } from './advance.js';
import { recordAuthorization, type AuthorizationOutcome } from './authorize-payment.js';
import { REQUESTABLE_STATUSES, requestStatus, type RequestableStatus, type StatusRequest } from './fulfil.js';
import {
  SYSTEM,
  type ChangeContext,
  type Order,
  type PaymentOperation,
  type Tender,
  type VendorOrder,
} from './order.js';
import { holdStock, placeOrder, type NewOrder } from './place-order.js';
import { settleOperation, type OperationOutcome } from './settle-operation.js';

export const PLACED_AT = new Date('2026-03-01T12:00:00.000Z');

/** A change some minutes after the order was placed. */
export function after(minutes: number): ChangeContext {
  return { now: new Date(PLACED_AT.getTime() + minutes * 60_000), actor: SYSTEM };
}

/** One unit at 10.00 of vendor-1, without shipping, discount or tax, unless told otherwise. */
export function quotedLine(given: Partial<QuotedLine> = {}): QuotedLine {
  const { quantity = 1, unitPriceMinor = 1_000 } = given;
  return {
    sku: 'sku-1',
    name: 'A thing',
    vendorId: 'vendor-1',
    quantity,
    unitPriceMinor,
    amounts: { items: quantity * unitPriceMinor, shipping: 0, discount: 0, tax: 0 },
    commissionRateBasisPoints: 1_000,
    available: 999,
    ...given,
  };
}

/** What is asked for when an order is placed: one line, paid by one card, unless told otherwise. */
export function newOrder(given: Partial<NewOrder> = {}): NewOrder {
  return {
    id: 'order-1',
    number: '0000-0000-000',
    createdBy: 'user:alice',
    attempt: 1,
    customerId: 'alice',
    currency: 'USD',
    lines: [quotedLine()],
    tenders: [{ methodToken: 'tok_visa' }],
    shippingAddress: { name: 'Alice', line1: '1 Main St', city: 'Springfield', postalCode: '12345', country: 'US' },
    ...given,
  };
}

/** An announced order whose payment is under way. */
export function heldOrder(given: Partial<NewOrder> = {}): Order {
  return holdStock(placeOrder(newOrder(given), after(0)), after(0));
}

/** An order whose every tender has been authorized. */
export function confirmedOrder(given: Partial<NewOrder> = {}): Order {
  return authorizeAll(heldOrder(given));
}

export function authorizeAll(order: Order): Order {
  return order.payment.tenders.reduce((next, { id }) => authorize(next, id), order);
}

export function authorize(order: Order, tenderId: string): Order {
  return recordAuthorization(order, tenderId, { status: 'authorized', paymentId: `pay-${tenderId}` }, after(1));
}

/** Several moves, one after another. */
export function move(order: Order, ...requests: readonly (RequestableStatus | StatusRequest)[]): Order {
  return requests.reduce(
    (next, request) => requestStatus(next, typeof request === 'string' ? { status: request } : request, after(2)),
    order,
  );
}

export function vendorOrderOf(order: Order, vendorId: string): VendorOrder {
  const found = order.vendorOrders.find((vendorOrder) => vendorOrder.vendorId === vendorId);
  if (!found) throw new Error(`the order has no part of ${vendorId}`);
  return found;
}

export function tenderOf(order: Order, tenderId: string): Tender {
  const found = order.payment.tenders.find((tender) => tender.id === tenderId);
  if (!found) throw new Error(`the order has no tender ${tenderId}`);
  return found;
}

/** The operations that may be asked for next: a tender's operations go one after another, as they were decided. */
export function dueOperations(order: Order): PaymentOperation[] {
  return order.payment.tenders.flatMap(
    ({ id }) =>
      order.payment.operations.find((operation) => operation.tenderId === id && operation.status !== 'done') ?? [],
  );
}

export function settle(order: Order, operation: PaymentOperation): Order {
  // An authorization without an answer is voided by its key: the Payment Service never held anything.
  const neverHeld = operation.kind === 'void' && isUndecided(tenderOf(order, operation.tenderId).status);
  return settleOperation(
    order,
    operation.id,
    { status: 'done', ...(neverHeld ? { authorizedMinor: 0 } : {}) },
    after(3),
  );
}

/** Every movement of money that was decided has succeeded. */
export function settleAll(order: Order): Order {
  const [next] = dueOperations(order);
  return next ? settleAll(settle(order, next)) : order;
}

const amount = fc.oneof(fc.nat(99), fc.nat(250_000));

const lines = fc
  .array(
    fc.record({
      vendor: fc.integer({ min: 1, max: 6 }),
      quantity: fc.integer({ min: 1, max: 20 }),
      unitPriceMinor: amount,
      shipping: amount,
      discountPercent: fc.oneof(fc.constant(0), fc.nat(100)),
      tax: amount,
      commissionRateBasisPoints: fc.nat(3_000),
      discountFundedBy: fc.constantFrom('vendor' as const, 'marketplace' as const),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((drawn) =>
    drawn.map(({ vendor, shipping, tax, discountPercent, ...line }, index) => {
      const items = line.quantity * line.unitPriceMinor;
      const discount = Math.floor((items * discountPercent) / 100);
      return quotedLine({
        ...line,
        sku: `sku-${index}`,
        vendorId: `vendor-${vendor}`,
        amounts: { items, shipping, discount, tax },
      });
    }),
  );

/** Orders of up to 6 vendors, 12 lines and 5 tenders, at any prices; discounts are never more than the items. */
export const newOrders: fc.Arbitrary<NewOrder> = fc
  .record({ lines, weights: fc.array(fc.nat(100), { minLength: 1, maxLength: 5 }), open: fc.nat(5) })
  .map(({ lines: drawn, weights, open }) => {
    const shares = allocate(
      totalDue(drawn, (line) => line.amounts),
      weights,
    );
    const tenders = shares.map((amountMinor, index) => ({
      methodToken: `tok_${index}`,
      ...(index === open ? {} : { amountMinor }),
    }));
    return newOrder({ lines: drawn, tenders, cartId: 'cart-1' });
  });

/** Something that happens to an order. Numbers choose among whatever is there at that moment. */
export type Happening =
  | { kind: 'authorization'; which: number; status: AuthorizationOutcome['status'] }
  | { kind: 'move'; which: number; status: RequestableStatus; whole: boolean }
  | { kind: 'settlement'; which: number; result: 'done' | 'refused' | 'failed' }
  | { kind: 'repetition'; which: number };

const which = fc.nat(59);
const often = <T>(value: T, weight: number): fc.WeightedArbitrary<T> => ({ arbitrary: fc.constant(value), weight });

const happenings: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('authorization' as const),
      which,
      status: fc.oneof(
        often('authorized' as const, 30),
        often('requires_action' as const, 2),
        often('pending' as const, 2),
        often('unknown' as const, 2),
        often('declined' as const, 1),
      ),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('move' as const),
      which,
      status: fc.constantFrom(...REQUESTABLE_STATUSES),
      whole: fc.oneof(often(false, 5), often(true, 1)),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('settlement' as const),
      which,
      result: fc.oneof(often('done' as const, 6), often('refused' as const, 2), often('failed' as const, 1)),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('repetition' as const), which }) },
);

/** An order and what happens to it. */
export const lives = fc.record({
  request: newOrders,
  isConfirmed: fc.boolean(),
  happenings: fc.array(happenings, { maxLength: 40, size: 'max' }),
});

/** Plays the life of an order, and shows every change of it. */
export function live(
  { request, isConfirmed, happenings: all }: { request: NewOrder; isConfirmed: boolean; happenings: Happening[] },
  onChange: (before: Order, next: Order, happening?: Happening) => void,
): Order {
  const placed = placeOrder(request, after(0));
  const held = holdStock(placed, after(0));
  onChange(placed, held);
  const begun = isConfirmed ? authorizeAll(held) : held;
  if (begun !== held) onChange(held, begun);
  return all.reduce((order, happening, minute) => {
    const next = happen(order, happening, after(minute));
    if (next !== order) onChange(order, next, happening);
    return next;
  }, begun);
}

/** The order after the happening: the same state when it is refused or there is nothing that it could happen to. */
export function happen(order: Order, happening: Happening, context: ChangeContext): Order {
  switch (happening.kind) {
    case 'authorization': {
      const undecided = order.payment.tenders.filter((tender) => isUndecided(tender.status));
      const tender = chosen(undecided, happening.which);
      return tender ? recordAuthorization(order, tender.id, outcomeOf(tender, happening.status), context) : order;
    }
    case 'move': {
      const vendorId = happening.whole ? undefined : chosen(order.vendorOrders, happening.which)?.vendorId;
      return unlessIllegal(order, () => requestStatus(order, { status: happening.status, vendorId }, context));
    }
    case 'settlement': {
      const operation = chosen(dueOperations(order), happening.which);
      return operation ? settleOperation(order, operation.id, resultOf(order, operation, happening), context) : order;
    }
    case 'repetition':
      return repeated(order, happening.which, context);
  }
}

/** What was told before is told again. */
function repeated(order: Order, number: number, context: ChangeContext): Order {
  const decided = order.payment.tenders.filter((tender) => !isUndecided(tender.status));
  const done = order.payment.operations.filter((operation) => operation.status === 'done');
  const told = chosen([...decided, ...done], number);
  if (!told) return order;
  return 'kind' in told
    ? settleOperation(order, told.id, { status: 'done' }, context)
    : recordAuthorization(order, told.id, outcomeOf(told, 'authorized'), context);
}

function chosen<T>(items: readonly T[], number: number): T | undefined {
  return items[number % items.length];
}

function outcomeOf({ id }: Tender, status: AuthorizationOutcome['status']): AuthorizationOutcome {
  return status === 'unknown' ? { status } : { status, paymentId: `pay-${id}` };
}

function resultOf(
  order: Order,
  operation: PaymentOperation,
  { result, which: number }: { result: 'done' | 'refused' | 'failed'; which: number },
): OperationOutcome {
  if (result !== 'done') return { status: 'failed', reason: result, final: result === 'failed' };
  const tender = tenderOf(order, operation.tenderId);
  // A void by key is answered with whatever the Payment Service held in the end: all or nothing.
  const byKey = operation.kind === 'void' && isUndecided(tender.status);
  return { status: 'done', ...(byKey ? { authorizedMinor: number % 2 === 0 ? tender.amountMinor : 0 } : {}) };
}

function unlessIllegal(order: Order, change: () => Order): Order {
  try {
    return change();
  } catch (error) {
    if (error instanceof IllegalTransitionError) return order;
    throw error;
  }
}
