import type { Role } from './principal.js';

type Entry = Role | 'guest' | 'anyone';

/**
 * Who may ask for what, by operation: one table for HTTP routes and NATS subjects. It decides by role alone; whether the
 * cart or order asked for is the caller's own is decided by the scope that every read takes, and answered with 404.
 */
export const POLICY = {
  'carts.create': ['anyone'],
  'carts.get-mine': ['customer'],
  'carts.get': ['customer', 'guest', 'support', 'admin', 'service'],
  'carts.change': ['customer', 'guest', 'service'],
  'carts.merge': ['customer'],
  'orders.create': ['anyone'],
  'orders.get': ['customer', 'vendor', 'guest', 'support', 'admin', 'service'],
  'orders.update-status': ['customer', 'vendor', 'guest', 'support', 'admin', 'service'],
  'orders.list': ['vendor', 'support', 'admin', 'service'],
  'orders.list-user': ['customer', 'support', 'admin', 'service'],
  'orders.timeline': ['customer', 'vendor', 'guest', 'support', 'admin', 'service'],
  'orders.cancel': ['customer', 'vendor', 'guest', 'support', 'admin', 'service'],
  'orders.ship': ['vendor', 'support', 'admin', 'service'],
  'orders.update-shipment': ['vendor', 'support', 'admin', 'service'],
  'orders.request-return': ['customer', 'guest', 'support', 'admin', 'service'],
  'orders.update-return': ['vendor', 'support', 'admin', 'service'],
  'orders.refund': ['vendor', 'support', 'admin', 'service'],
  'orders.hold': ['support', 'admin', 'service'],
  'orders.change-address': ['support', 'admin', 'service'],
  'orders.ledger': ['vendor', 'support', 'admin', 'service'],
  'orders.anonymise': ['admin', 'service'],
  'users.anonymise': ['admin', 'service'],
  operations: ['anyone'],
} as const satisfies Record<string, readonly Entry[]>;

export type Operation = keyof typeof POLICY;

export function allows(operation: Operation, entry: Entry): boolean {
  const entries: readonly Entry[] = POLICY[operation];
  return entries.includes(entry);
}
