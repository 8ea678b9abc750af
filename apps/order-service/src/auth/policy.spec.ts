import { allows, POLICY, type Operation } from './policy.js';
import { ROLES } from './principal.js';

const HOLDERS = [...ROLES, 'guest'] as const;
const mayAsk = (operation: Operation): string[] =>
  HOLDERS.filter((holder) => allows(operation, 'anyone') || allows(operation, holder));

describe('who may ask', () => {
  it.each<[Operation, string[] | 'everybody']>([
    ['carts.create', 'everybody'],
    ['carts.get-mine', ['customer']],
    ['carts.get', ['customer', 'support', 'admin', 'service', 'guest']],
    ['carts.change', ['customer', 'service', 'guest']],
    ['carts.merge', ['customer']],
    ['orders.create', 'everybody'],
    ['orders.get', ['customer', 'vendor', 'support', 'admin', 'service', 'guest']],
    ['orders.update-status', ['customer', 'vendor', 'support', 'admin', 'service', 'guest']],
    ['orders.list', ['vendor', 'support', 'admin', 'service']],
    ['orders.list-user', ['customer', 'support', 'admin', 'service']],
    ['orders.timeline', ['customer', 'vendor', 'support', 'admin', 'service', 'guest']],
    ['orders.anonymise', ['admin', 'service']],
    ['users.anonymise', ['admin', 'service']],
    ['operations', 'everybody'],
  ])('%s: %p', (operation, holders) => {
    expect(allows(operation, 'anyone')).toBe(holders === 'everybody');
    expect(mayAsk(operation)).toEqual(holders === 'everybody' ? [...HOLDERS] : holders);
  });

  it('without a token only for what anybody may: a cart, an order and the health of the service', () => {
    const open = (Object.keys(POLICY) as Operation[]).filter((operation) => allows(operation, 'anyone'));
    expect(open).toEqual(['carts.create', 'orders.create', 'operations']);
  });

  it('lists of orders are never for guests', () => {
    expect(allows('orders.list', 'guest') || allows('orders.list-user', 'guest')).toBe(false);
  });
});
