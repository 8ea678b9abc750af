import type { GetPaymentReply } from '@marketplace/contracts';
import { foundOutcome } from './authorization-outcome.js';

type Found = Extract<GetPaymentReply, { paymentId: string }>;

const usd = (amount: number): Found['authorized'] => ({ amount, currency: 'USD' });
const payment = (status: Found['status'], given: Partial<Found> = {}): Found => ({
  status,
  paymentId: 'pay-1',
  authorized: usd(1_000),
  captured: usd(0),
  voided: usd(0),
  refunded: usd(0),
  ...given,
});

describe('what became of an authorization, as the payment tells it', () => {
  it.each<[string, GetPaymentReply, object]>([
    ['it never arrived', { status: 'not_found' }, { status: 'unknown' }],
    [
      'it holds the money',
      payment('authorized', { expiresAt: '2026-03-08T12:00:00.000Z' }),
      { status: 'authorized', paymentId: 'pay-1', expiresAt: '2026-03-08T12:00:00.000Z' },
    ],
    [
      'the money was captured at once',
      payment('captured', { captured: usd(1_000) }),
      { status: 'authorized', paymentId: 'pay-1' },
    ],
    ['it was voided', payment('voided'), { status: 'declined', paymentId: 'pay-1', reason: 'voided' }],
    [
      'all of it was given back',
      payment('refunded', { captured: usd(1_000), refunded: usd(1_000) }),
      { status: 'declined', paymentId: 'pay-1', reason: 'refunded' },
    ],
    [
      'it was declined',
      payment('declined', { reason: 'card_declined' }),
      { status: 'declined', paymentId: 'pay-1', reason: 'card_declined' },
    ],
    ['it is not decided', payment('pending'), { status: 'pending', paymentId: 'pay-1' }],
    [
      'the buyer has to confirm it',
      payment('requires_action', { redirectUrl: 'https://bank.example/1' }),
      { status: 'requires_action', paymentId: 'pay-1', redirectUrl: 'https://bank.example/1' },
    ],
  ])('%s', (_, found, outcome) => {
    expect(foundOutcome(found)).toEqual(outcome);
  });
});
