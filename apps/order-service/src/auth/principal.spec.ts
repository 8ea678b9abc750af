import {
  customerIdOf,
  hasRole,
  isStaff,
  principalKey,
  scopeOf,
  type Principal,
  type Role,
  type Scope,
} from './principal.js';

const user = (roles: Role[], vendorId?: string): Principal => ({
  kind: 'user',
  id: 'u1',
  roles,
  ...(vendorId === undefined ? {} : { vendorId }),
});
const guest = (resource: 'cart' | 'order'): Principal => ({ kind: 'guest', resource, id: 'r1' });
const anonymous: Principal = { kind: 'anonymous' };

describe('what a caller may see', () => {
  it.each<[string, Principal, Scope]>([
    ['nobody sees nothing', anonymous, { everything: false }],
    ['a guest sees its cart', guest('cart'), { everything: false, cartId: 'r1' }],
    ['a guest sees its order', guest('order'), { everything: false, orderId: 'r1' }],
    ['a customer sees its own', user(['customer']), { everything: false, customerId: 'u1' }],
    ['a vendor sees its part', user(['vendor'], 'v1'), { everything: false, vendorId: 'v1' }],
    ['a vendor without a vendor id sees nothing', user(['vendor']), { everything: false }],
    ['a vendor id without the role shows nothing', user([], 'v1'), { everything: false }],
    [
      'who buys and sells sees both',
      user(['customer', 'vendor'], 'v1'),
      { everything: false, customerId: 'u1', vendorId: 'v1' },
    ],
    ['support sees everything', user(['support']), { everything: true }],
    ['an admin sees everything', user(['admin']), { everything: true }],
    ['a service sees everything', user(['service']), { everything: true }],
  ])('%s', (_, principal, scope) => {
    expect(scopeOf(principal)).toEqual(scope);
    expect(isStaff(principal)).toBe(scope.everything);
  });

  it('only a user has roles, and only a customer is one', () => {
    expect(hasRole(user(['customer', 'admin']), 'admin')).toBe(true);
    expect(hasRole(user(['customer']), 'admin', 'support')).toBe(false);
    expect(hasRole(guest('order'), 'customer')).toBe(false);
    expect([user(['customer']), user(['admin']), guest('cart'), anonymous].map(customerIdOf)).toEqual([
      'u1',
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('the name under which keys are kept', () => {
  it('is never that of another caller', () => {
    const callers = [
      anonymous,
      guest('cart'),
      guest('order'),
      user(['customer']),
      { ...user(['customer']), id: 'cart:r1' },
      { ...user(['customer']), id: 'anonymous' },
    ] as Principal[];
    expect(new Set(callers.map(principalKey)).size).toBe(callers.length);
  });

  it("stays the user's own, whatever its roles", () => {
    expect(principalKey(user(['customer']))).toBe(principalKey(user(['admin'], 'v1')));
  });
});
