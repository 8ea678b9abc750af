import { ProblemError, type PaymentEvent } from '@marketplace/contracts';
import { readPaymentEvent } from './payment-event-reader.js';

const EVENT: PaymentEvent = {
  id: 'pay-1:captured:1',
  type: 'captured',
  orderId: 'order-1',
  tenderId: 't1',
  idempotencyKey: 'order-1:t1:capture:1',
  paymentId: 'pay-1',
  amount: { amount: 1_000, currency: 'USD' },
  time: '2026-03-01T12:00:00.000Z',
};

const read = (text: string): PaymentEvent => readPaymentEvent({ json: () => JSON.parse(text) as unknown });

function refusal(text: string): ProblemError {
  try {
    read(text);
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
  throw new Error('it was read');
}

describe('a message of stream PAYMENTS', () => {
  it.each(['authorized', 'declined', 'captured', 'voided', 'refunded', 'chargeback'] as const)(
    'is read as the event %s',
    (type) => {
      const event = { ...EVENT, type, reason: 'because', more: 'of a later version' };
      expect(read(JSON.stringify(event))).toEqual(event);
      expect(read(JSON.stringify({ ...EVENT, type }))).toEqual({ ...EVENT, type });
    },
  );

  it.each(['', '{', 'not json', '\u0000'])('that is no JSON (%j) is refused without being quoted', (text) => {
    expect(refusal(text)).toMatchObject({ code: 'malformed_json', message: 'the body is not JSON' });
  });

  it.each(['null', '1', '"text"', '[]', '{}'])('%s is refused', (text) => {
    expect(refusal(text).code).toBe('validation_failed');
  });

  it.each<[string, object]>([
    ['id', { id: '' }],
    ['orderId', { orderId: 7 }],
    ['tenderId', { tenderId: undefined }],
    ['idempotencyKey', { idempotencyKey: null }],
    ['paymentId', { paymentId: {} }],
    ['time', { time: 1 }],
    ['type', { type: 'settled' }],
    ['amount', { amount: 1_000 }],
    ['amount', { amount: { amount: 10.5, currency: 'USD' } }],
    ['amount', { amount: { amount: -1, currency: 'USD' } }],
    ['amount', { amount: { amount: 1 } }],
    ['reason', { reason: 7 }],
  ])('whose %s is not what it must be (%j) is refused by that name', (name, change) => {
    const { code, message } = refusal(JSON.stringify({ ...EVENT, ...change }));
    expect({ code, message }).toEqual({ code: 'validation_failed', message: `no event of a payment, by its ${name}` });
  });
});
