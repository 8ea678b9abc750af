import { CALLERS, permitted, POLICY, reachOf, type Caller, type Operation } from './policy.js';
import { ROLES, scopeOf, type Principal, type Role, type Scope } from './principal.js';

const STAFF: Caller[] = ['support', 'admin', 'service'];
const callersWith = (operation: Operation, reach: string): Caller[] =>
  CALLERS.filter((caller) => reachOf(operation, caller) === reach);
const user = (...roles: Role[]): Principal => ({ kind: 'user', id: 'u1', roles, vendorId: 'v1' });
const guest = (resource: 'cart' | 'order'): Principal => ({ kind: 'guest', resource, id: 'r1' });
const scopeFor = (operation: Operation, principal: Principal): Scope => scopeOf(permitted(operation, principal));
const problem = (code: string): Error => expect.objectContaining({ code });

describe('who may ask', () => {
  it.each<[Operation, Caller[], Caller[]]>([
    ['carts.create', [...CALLERS], []],
    ['carts.get-mine', ['customer'], []],
    ['carts.get', ['customer', 'cart-guest'], STAFF],
    ['carts.change', ['customer', 'cart-guest'], ['service']],
    ['carts.merge', ['customer'], []],
    ['orders.create', ['customer', 'cart-guest', 'order-guest', 'anonymous'], STAFF],
    ['orders.get', ['customer', 'vendor', 'order-guest'], STAFF],
    ['orders.update-status', ['customer', 'vendor', 'order-guest'], STAFF],
    ['orders.list', ['vendor'], STAFF],
    ['orders.list-user', ['customer'], STAFF],
    ['orders.timeline', ['customer', 'vendor', 'order-guest'], STAFF],
    ['orders.hold', [], STAFF],
    ['orders.events', ['customer', 'vendor', 'order-guest'], STAFF],
    ['orders.events-all', [], STAFF],
    ['users.events', ['customer'], STAFF],
    ['vendors.events', ['vendor'], STAFF],
    ['orders.tracking-links', ['customer', 'order-guest'], STAFF],
    ['orders.lookup', [], [...CALLERS]],
    ['tracking.read', [], [...CALLERS]],
    ['orders.anonymise', [], ['admin', 'service']],
    ['users.anonymise', [], ['admin', 'service']],
    ['pages', [], [...CALLERS]],
    ['operations', [], [...CALLERS]],
  ])('%s: %p of its own, %p of any', (operation, own, any) => {
    expect(callersWith(operation, 'own')).toEqual(own);
    expect(callersWith(operation, 'any')).toEqual(any);
  });

  it('without a token only for what anybody may: a cart, an order, a look by a link, the pages and the health of the service', () => {
    const open = (Object.keys(POLICY) as Operation[]).filter((operation) => reachOf(operation, 'anonymous'));
    expect(open).toEqual(['carts.create', 'orders.create', 'orders.lookup', 'tracking.read', 'pages', 'operations']);
    const anonymous: Principal = { kind: 'anonymous' };
    expect(permitted('carts.create', anonymous)).toBe(anonymous);
    expect(() => permitted('orders.get', anonymous)).toThrow(problem('unauthenticated'));
  });

  it('a user of no role only for what anybody may, and then as nobody', () => {
    expect(scopeFor('carts.create', user())).toEqual({ everything: false });
    expect(() => permitted('orders.create', user())).toThrow(problem('forbidden'));
    expect(() => permitted('orders.get', user())).toThrow(problem('forbidden'));
  });
});

describe('what several roles reach together', () => {
  const operations = Object.keys(POLICY) as Operation[];
  const pairs = ROLES.flatMap((first) => ROLES.filter((second) => second !== first).map((second) => [first, second]));

  it('is what those reach that may ask, and no more', () => {
    for (const operation of operations) {
      for (const roles of pairs as [Role, Role][]) {
        const able = roles.filter((role) => reachOf(operation, role));
        if (able.length === 0) continue;
        const together = scopeFor(operation, user(...roles));
        expect(together.everything).toBe(able.some((role) => scopeFor(operation, user(role)).everything));
        expect(together.customerId).toBe(able.map((role) => scopeFor(operation, user(role)).customerId).find(Boolean));
        expect(together.vendorId).toBe(able.map((role) => scopeFor(operation, user(role)).vendorId).find(Boolean));
      }
    }
  });

  it.each<[string, Operation, Role[], Scope]>([
    [
      'support may not change carts, so that a customer who is support changes its own',
      'carts.change',
      ['customer', 'support'],
      { everything: false, customerId: 'u1' },
    ],
    [
      'a vendor may not ask for returns, so that one who buys asks for its own',
      'orders.request-return',
      ['customer', 'vendor'],
      { everything: false, customerId: 'u1' },
    ],
    [
      'a customer may not ship, so that one who sells ships its own',
      'orders.ship',
      ['customer', 'vendor'],
      { everything: false, vendorId: 'v1' },
    ],
    ['an admin makes a cart for nobody', 'carts.create', ['admin'], { everything: false }],
  ])('%s', (_, operation, roles, scope) => {
    expect(scopeFor(operation, user(...roles))).toEqual(scope);
  });

  it('leaves the caller who it is', () => {
    expect(permitted('carts.change', user('customer', 'support'))).toMatchObject({ kind: 'user', id: 'u1' });
  });
});

describe('a guest', () => {
  it('asks for what its token is for', () => {
    expect(scopeFor('carts.get', guest('cart'))).toEqual({ everything: false, cartId: 'r1' });
    expect(scopeFor('orders.get', guest('order'))).toEqual({ everything: false, orderId: 'r1' });
  });

  it('finds nothing of the other kind, and is refused what no guest may', () => {
    expect(() => permitted('orders.get', guest('cart'))).toThrow(problem('not_found'));
    expect(() => permitted('carts.get', guest('order'))).toThrow(problem('not_found'));
    expect(() => permitted('orders.list', guest('order'))).toThrow(problem('forbidden'));
    expect(() => permitted('carts.get-mine', guest('cart'))).toThrow(problem('forbidden'));
  });
});
