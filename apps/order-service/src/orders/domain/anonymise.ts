import { IllegalTransitionError } from '@marketplace/domain';
import { advance, isUnsettled } from './advance.js';
import { openQuantity } from './amounts.js';
import type { Actor, Address, ChangeContext, HistoryEntry, Order, Tender, VendorOrder } from './order.js';

/** Stands where something about a person stood that may not be left out. */
export const REMOVED = '[removed]';

/** Whether somebody still has to know where goods go, or who pays. */
export function isUnderWay(order: Order): boolean {
  return isUnsettled(order) || order.vendorOrders.some(hasOpenUnits);
}

/**
 * Whether the order may be anonymised: not while a vendor needs the address to send to, unless whoever asks wants it all the
 * same; and never while the outcome of a payment is open.
 */
export function mayBeAnonymised(order: Order, includesOpen: boolean): boolean {
  return includesOpen ? !isUnsettled(order) : !isUnderWay(order);
}

/** @throws IllegalTransitionError unless it {@link mayBeAnonymised} */
export function requireAnonymisable(order: Order, includesOpen: boolean): void {
  if (mayBeAnonymised(order, includesOpen)) return;
  throw new IllegalTransitionError<string>('order', order.status, 'anonymised', []);
}

/**
 * Takes everything about the buyer out of the order, once. Money, units and events stay as they are, and so does the country,
 * for taxes.
 *
 * @param pseudonym takes the place of the buyer's id: in this order alone, as orders that belong together may tell whose they are
 */
export function anonymiseOrder(order: Order, pseudonym: string, context: ChangeContext): Order {
  if (order.anonymisedAt) return order;
  const { customerId } = order;
  const nameless = { ...order, history: order.history.map((entry) => withoutPerson(entry, customerId)) };
  const removed = {
    ...(customerId === undefined ? {} : { customerId: pseudonym }),
    createdBy: pseudonym,
    clientReference: undefined,
    requestFingerprint: undefined,
    email: undefined,
    locale: undefined,
    shippingAddress: countryOf(order.shippingAddress),
    billingAddress: undefined,
    ...(order.hold ? { hold: { ...order.hold, reason: REMOVED } } : {}),
    vendorOrders: order.vendorOrders.map(withoutReasons),
    payment: { ...order.payment, tenders: order.payment.tenders.map(withoutMeans) },
    appliedRequests: [],
    anonymisedAt: context.now,
  };
  return advance(nameless, removed, [{ type: 'anonymised' }], context);
}

function hasOpenUnits({ status, lines }: VendorOrder): boolean {
  return status !== 'cancelled' && lines.some((line) => openQuantity(line) > 0);
}

function countryOf({ country }: Address): Address {
  return { name: REMOVED, line1: REMOVED, city: REMOVED, postalCode: REMOVED, country };
}

/** Text that people wrote may say anything. */
function withoutReasons(vendorOrder: VendorOrder): VendorOrder {
  const { cancellations, returns, refunds } = vendorOrder;
  return {
    ...vendorOrder,
    cancellations: cancellations.map(({ reason: _reason, ...cancellation }) => cancellation),
    returns: returns.map(({ rejectionReason: _rejection, ...each }) => ({ ...each, reason: REMOVED })),
    refunds: refunds.map((refund) => ({ ...refund, reason: REMOVED })),
  };
}

function withoutMeans({ redirectUrl: _redirectUrl, ...tender }: Tender): Tender {
  return { ...tender, methodToken: REMOVED };
}

function withoutPerson(entry: HistoryEntry, customerId: string | undefined): HistoryEntry {
  const { reason: _reason, ...facts } = entry.data ?? {};
  const isBuyer = customerId !== undefined && entry.actor.id === customerId;
  const nobody: Actor = { kind: entry.actor.kind };
  return {
    ...entry,
    actor: isBuyer ? nobody : entry.actor,
    ...(entry.data === undefined ? {} : { data: facts }),
  };
}
