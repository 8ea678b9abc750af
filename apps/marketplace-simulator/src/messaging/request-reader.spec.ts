import { MalformedRequestError, readItems, readMoney, readObject, readText } from './request-reader.js';

describe('reading a request', () => {
  it('gives what fits', () => {
    expect(readText({ key: 'order-1:t:é' }, 'key')).toBe('order-1:t:é');
    expect(readMoney({ amount: { amount: 5, currency: 'USD', more: 1 } }, 'amount')).toEqual({
      amount: 5,
      currency: 'USD',
    });
    expect(readItems({ items: [{ sku: 'a', quantity: 2 }] }, 'items')).toEqual([{ sku: 'a', quantity: 2 }]);
    expect(readItems({}, 'items', true)).toEqual([]);
  });

  it.each([null, [], 'text', 3])('refuses the body %j', (body) =>
    expect(() => readObject(body)).toThrow(MalformedRequestError),
  );

  it.each([undefined, '', 5, 'two\nlines', 'x'.repeat(301)])('refuses the text %j', (key) =>
    expect(() => readText({ key }, 'key')).toThrow(MalformedRequestError),
  );

  it.each([
    undefined,
    5,
    { amount: 1.5, currency: 'USD' },
    { amount: -1, currency: 'USD' },
    { amount: 1, currency: 'usd' },
  ])('refuses the amount %j', (amount) => expect(() => readMoney({ amount }, 'amount')).toThrow(MalformedRequestError));

  it.each([undefined, [], [{ sku: 'a', quantity: 0 }], [{ quantity: 1 }], [null], {}])(
    'refuses the items %j',
    (items) => expect(() => readItems({ items }, 'items')).toThrow(MalformedRequestError),
  );
});
