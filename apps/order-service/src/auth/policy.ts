import { ProblemError } from '@marketplace/contracts';
import { ROLES, type Principal, type Role } from './principal.js';

/** Who asks, as the table knows callers: by role, by the kind of a guest's token, or without a token. */
export const CALLERS = [...ROLES, 'cart-guest', 'order-guest', 'anonymous'] as const;
export type Caller = (typeof CALLERS)[number];

/** What a caller reaches with an operation: what is its own, or what is anybody's. */
export type Reach = 'own' | 'any';

/** `anyone` stands for every caller, who then acts for nobody in particular unless its role is named besides. */
interface Rule {
  readonly own?: readonly (Exclude<Caller, Staff> | 'anyone')[];
  readonly any?: readonly (Staff | 'anyone')[];
  /** What requests count as towards their caller's limits: `changes` unless told. */
  readonly limit?: LimitClass | 'none';
}

/** Each has a limit of its own. */
export type LimitClass = 'reads' | 'changes' | 'creations';

type Staff = 'support' | 'admin' | 'service';
const STAFF = ['support', 'admin', 'service'] as const;

/**
 * Who may ask for what, by operation, and what of: one table for HTTP routes and NATS subjects. Whose a cart or an order is, the database says: every
 * read takes the scope that follows from this table, and what it does not show does not exist (404).
 */
export const POLICY = {
  'carts.create': { own: ['anyone', 'customer'], limit: 'creations' },
  'carts.get-mine': { own: ['customer'], limit: 'reads' },
  'carts.get': { own: ['customer', 'cart-guest'], any: STAFF, limit: 'reads' },
  'carts.change': { own: ['customer', 'cart-guest'], any: ['service'] },
  'carts.merge': { own: ['customer'] },
  'orders.create': { own: ['customer', 'cart-guest', 'order-guest', 'anonymous'], any: STAFF, limit: 'creations' },
  'orders.get': { own: ['customer', 'vendor', 'order-guest'], any: STAFF, limit: 'reads' },
  'orders.update-status': { own: ['customer', 'vendor', 'order-guest'], any: STAFF },
  'orders.list': { own: ['vendor'], any: STAFF, limit: 'reads' },
  'orders.list-user': { own: ['customer'], any: STAFF, limit: 'reads' },
  'orders.timeline': { own: ['customer', 'vendor', 'order-guest'], any: STAFF, limit: 'reads' },
  'orders.events': { own: ['customer', 'vendor', 'order-guest'], any: STAFF, limit: 'reads' },
  'orders.events-all': { any: STAFF, limit: 'reads' },
  'users.events': { own: ['customer'], any: STAFF, limit: 'reads' },
  'vendors.events': { own: ['vendor'], any: STAFF, limit: 'reads' },
  'orders.tracking-links': { own: ['customer', 'order-guest'], any: STAFF },
  'orders.lookup': { any: ['anyone'], limit: 'creations' },
  'tracking.read': { any: ['anyone'], limit: 'reads' },
  'orders.cancel': { own: ['customer', 'vendor', 'order-guest'], any: STAFF },
  'orders.ship': { own: ['vendor'], any: STAFF },
  'orders.update-shipment': { own: ['vendor'], any: STAFF },
  'orders.request-return': { own: ['customer', 'order-guest'], any: STAFF },
  'orders.update-return': { own: ['vendor'], any: STAFF },
  'orders.refund': { own: ['vendor'], any: STAFF },
  'orders.hold': { any: STAFF },
  'orders.change-address': { any: STAFF },
  'orders.ledger': { own: ['vendor'], any: STAFF, limit: 'reads' },
  'orders.anonymise': { any: ['admin', 'service'] },
  'users.anonymise': { any: ['admin', 'service'] },
  pages: { any: ['anyone'], limit: 'reads' },
  operations: { any: ['anyone'], limit: 'none' },
} as const satisfies Record<string, Rule>;

export type Operation = keyof typeof POLICY;

/** What the caller reaches with the operation; undefined when it may not ask for it at all. */
export function reachOf(operation: Operation, caller: Caller): Reach | undefined {
  const { own = [], any = [] }: Rule = POLICY[operation];
  const names: readonly string[] = [caller, 'anyone'];
  if (any.some((name) => names.includes(name))) return 'any';
  return own.some((name) => names.includes(name)) ? 'own' : undefined;
}

/** The limit that requests for the operation count towards; undefined where there is none. */
export function limitOf(operation: Operation): LimitClass | undefined {
  const { limit = 'changes' }: Rule = POLICY[operation];
  return limit === 'none' ? undefined : limit;
}

/**
 * The caller as the operation knows it: of several roles only those that may ask for it are left, so that none lends its reach to another.
 *
 * @throws ProblemError `unauthenticated` without a token where one is needed, `forbidden`, and `not_found` for a guest whose token is for something else
 */
export function permitted(operation: Operation, principal: Principal): Principal {
  switch (principal.kind) {
    case 'anonymous':
      if (!reachOf(operation, 'anonymous')) throw new ProblemError('unauthenticated', 'send a bearer token');
      return principal;
    case 'guest':
      return guestOf(operation, principal);
    case 'user': {
      const roles = principal.roles.filter((role) => isNamed(operation, role));
      if (roles.length === 0 && !isNamed(operation, 'anyone')) throw forbidden();
      return { ...principal, roles };
    }
  }
}

function guestOf(operation: Operation, guest: Principal & { kind: 'guest' }): Principal {
  if (reachOf(operation, `${guest.resource}-guest`)) return guest;
  const isForOtherGuests = reachOf(operation, 'cart-guest') ?? reachOf(operation, 'order-guest');
  if (!isForOtherGuests) throw forbidden();
  // A guest of one cart is no guest of any order, and must not learn which of them exist.
  throw new ProblemError('not_found', 'there is no such resource');
}

/** Whether the table has the very name: what `anyone` may do is done without one's roles. */
function isNamed(operation: Operation, name: Role | 'anyone'): boolean {
  const { own = [], any = [] }: Rule = POLICY[operation];
  return [...own, ...any].includes(name);
}

function forbidden(): ProblemError {
  return new ProblemError('forbidden', "none of the caller's roles may do this");
}
