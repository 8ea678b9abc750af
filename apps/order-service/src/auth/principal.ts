export const ROLES = ['customer', 'vendor', 'support', 'admin', 'service'] as const;
export type Role = (typeof ROLES)[number];

/** Whoever makes a request. Guests act with a token of the service's own, good for one cart or one order. */
export type Principal =
  | { readonly kind: 'user'; readonly id: string; readonly roles: readonly Role[]; readonly vendorId?: string }
  | { readonly kind: 'guest'; readonly resource: 'cart' | 'order'; readonly id: string }
  | { readonly kind: 'anonymous' };

/** Roles that see everybody's carts and orders. */
const STAFF: readonly Role[] = ['support', 'admin', 'service'];

/** What a caller may see: everything, or what belongs to any of the named owners. Repositories take it with every read. */
export interface Scope {
  readonly everything: boolean;
  readonly customerId?: string;
  readonly vendorId?: string;
  readonly orderId?: string;
  readonly cartId?: string;
}

export function scopeOf(principal: Principal): Scope {
  switch (principal.kind) {
    case 'anonymous':
      return { everything: false };
    case 'guest':
      return {
        everything: false,
        ...(principal.resource === 'cart' ? { cartId: principal.id } : { orderId: principal.id }),
      };
    case 'user': {
      const { roles, id, vendorId } = principal;
      return {
        everything: isStaff(principal),
        ...(roles.includes('customer') ? { customerId: id } : {}),
        ...(roles.includes('vendor') && vendorId !== undefined ? { vendorId } : {}),
      };
    }
  }
}

export function isStaff(principal: Principal): boolean {
  return hasRole(principal, ...STAFF);
}

export function hasRole(principal: Principal, ...roles: readonly Role[]): boolean {
  return principal.kind === 'user' && principal.roles.some((role) => roles.includes(role));
}

/** The id of a signed-in customer. */
export function customerIdOf(principal: Principal): string | undefined {
  return principal.kind === 'user' && principal.roles.includes('customer') ? principal.id : undefined;
}

/** Names a caller, where idempotency keys and references of different callers must not meet. */
export function principalKey(principal: Principal): string {
  switch (principal.kind) {
    case 'anonymous':
      return 'anonymous';
    case 'guest':
      return `guest:${principal.resource}:${principal.id}`;
    case 'user':
      return `user:${principal.id}`;
  }
}
