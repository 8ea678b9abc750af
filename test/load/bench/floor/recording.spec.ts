import { phasesOf, readRecording, templateOf, writeRecording, type Step } from './recording.js';

const find: Step = { kind: 'find', at: 1, collection: 'carts', command: { filter: { _id: 'cart-1' } } };
const request: Step = { kind: 'request', at: 2, subject: 'catalog.quote', payload: '{}' };
const publish: Step = { kind: 'publish', at: 4, subject: 'evt.orders.order-1.placed', payload: '{}', messageId: 'm1' };
const noted: Step = { kind: 'update', at: 5, collection: 'orders', command: {} };

describe('a recording of what the service does for an order', () => {
  it('is the same after it was a file', () => {
    const order = { id: 'order-1', number: 'N1', cartId: 'cart-1', buyer: { id: 'b', token: 't' } };
    const insert: Step = {
      kind: 'insert',
      at: 3,
      collection: 'orders',
      command: { documents: [{ placedAt: new Date(5) }] },
    };
    const recording = { order, steps: [find, insert] };
    expect(readRecording(writeRecording(recording))).toEqual(recording);
  });

  it('ends for the buyer where the first event is published', () => {
    expect(phasesOf([noted, publish, request, find])).toEqual({
      awaited: [find, request],
      afterwards: [publish, noted],
    });
    expect(phasesOf([request, find])).toEqual({ awaited: [find, request], afterwards: [] });
  });
});

describe('a copy for another order', () => {
  const ids = ['order-1', 'cart-1'];
  const replacements = new Map([
    ['order-1', 'order-2'],
    ['cart-1', 'cart-2'],
  ]);

  it('has its ids wherever they stand, in keys of others too', () => {
    const at = new Date(0);
    const value = {
      _id: 'order-1',
      lines: [{ key: 'order-1:t1', cart: 'cart-1' }, { n: 1 }],
      text: 'order-1 of cart-1',
      at,
    };
    expect(templateOf(value, ids)(replacements)).toEqual({
      _id: 'order-2',
      lines: [{ key: 'order-2:t1', cart: 'cart-2' }, { n: 1 }],
      text: 'order-2 of cart-2',
      at,
    });
    expect(value._id).toBe('order-1');
  });

  it('is the value itself where nothing is to be replaced', () => {
    const value = { a: [1, 2, { b: 'x' }] };
    expect(templateOf(value, ids)(replacements)).toBe(value);
  });
});
