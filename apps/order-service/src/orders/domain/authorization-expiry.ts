import { advance } from './advance.js';
import { openUnits } from './amounts.js';
import type { ChangeContext, Order, ShownOrder, Tender } from './order.js';

/** When the first of the authorizations lapses that goods still to be shipped are to be paid from; undefined when none will. */
export function authorizationExpiresAt(order: ShownOrder): Date | undefined {
  if (order.status === 'pending' || openUnits(order) === 0) return undefined;
  const instants = order.payment.tenders.filter(holdsMoney).flatMap(({ expiresAt }) => instantOf(expiresAt));
  return instants.length === 0 ? undefined : new Date(Math.min(...instants));
}

/** When somebody should be told that an authorization is about to lapse: once for each order. */
export function expiryWarningAt(order: Order, warningMs: number): Date | undefined {
  const expiresAt = order.payment.expiryFlaggedAt === undefined ? authorizationExpiresAt(order) : undefined;
  return expiresAt && new Date(expiresAt.getTime() - warningMs);
}

/** Flags the order: unless it is shipped, or what is left of it cancelled, its money will no longer be there. */
export function flagExpiry(order: Order, context: ChangeContext): Order {
  const expiresAt = authorizationExpiresAt(order);
  if (!expiresAt) return order;
  const payment = { ...order.payment, expiryFlaggedAt: context.now };
  const data = { expiresAt: expiresAt.toISOString() };
  return advance(order, { payment }, [{ type: 'authorization-expiring', data }], context);
}

function holdsMoney({ authorizedMinor, voidedMinor, capturedMinor }: Tender): boolean {
  return authorizedMinor - voidedMinor - capturedMinor > 0;
}

function instantOf(expiresAt: string | undefined): number[] {
  const instant = Date.parse(expiresAt ?? '');
  // What the Payment Service says of the time may be anything.
  return Number.isNaN(instant) ? [] : [instant];
}
