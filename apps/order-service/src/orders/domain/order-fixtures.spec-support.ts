import type { QuotedLine } from '../../catalog-client/quoted-line.js';
import { isUndecided } from './advance.js';
import { recordAuthorization } from './authorize-payment.js';
import { requestStatus, type RequestableStatus, type StatusRequest } from './fulfil.js';
import {
  SYSTEM,
  type ChangeContext,
  type Order,
  type PaymentOperation,
  type Tender,
  type VendorOrder,
} from './order.js';
import { holdStock, placeOrder, type NewOrder } from './place-order.js';
import { settleOperation } from './settle-operation.js';
import type { Timing } from './timers.js';

export const PLACED_AT = new Date('2026-03-01T12:00:00.000Z');

const HOUR_MS = 3_600_000;

/** Half an hour to pay, two days to begin, two weeks to send back. */
export const TIMING: Timing = {
  unpaidExpiryMs: HOUR_MS / 2,
  vendorActWithinMs: 48 * HOUR_MS,
  expiryWarningMs: 24 * HOUR_MS,
  returnWindowMs: 14 * 24 * HOUR_MS,
};

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

/**
 * The operations whose outcome may be told next. A tender's operations are asked for one after another, as they were
 * decided; one that failed for good lets the later ones pass, unless it is a capture, and may still succeed by people.
 */
export function dueOperations(order: Order): PaymentOperation[] {
  return order.payment.tenders.flatMap(({ id }) => {
    const open = order.payment.operations.filter(({ tenderId, status }) => tenderId === id && status !== 'done');
    const last = open.findIndex(({ kind, status }) => status === 'pending' || kind === 'capture');
    return last < 0 ? open : open.slice(0, last + 1);
  });
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

/** Why a change was refused. */
export function refusalOf(change: () => unknown): unknown {
  try {
    change();
  } catch (error) {
    return error;
  }
  throw new Error('the change was not refused');
}
