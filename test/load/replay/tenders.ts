import { sumOf } from '@marketplace/domain';
import type { DatasetPayment } from './dataset.js';

/** The most tenders that one order may have. */
export const MAX_TENDERS = 30;

/** One entry of a checkout's `payments`. Without an amount it takes what the others leave. */
export interface PlannedTender {
  methodToken: string;
  amountMinor?: number;
}

const methodToken = (type: string): string => `tok_${type.replaceAll(/[^A-Za-z0-9_]/g, '_')}`;

/** Whether the data's payments miss what its items and their freight cost. */
export function paymentsDiffer(payments: readonly DatasetPayment[], totalMinor: number): boolean {
  return sumOf(payments, (payment) => payment.amountMinor) !== totalMinor;
}

/**
 * The tenders that pay exactly `totalMinor`, as close to the data's payments as can be.
 *
 * Payments of nothing are left out. Where the sum misses the total, the last tender takes the rest; tenders before which
 * nothing is left to pay are dropped. An order without a payment of more than nothing has one tender over everything.
 */
export function planTenders(payments: readonly DatasetPayment[], totalMinor: number): PlannedTender[] {
  const kept = payments
    .filter((payment) => payment.amountMinor > 0)
    .map((payment) => ({ methodToken: methodToken(payment.type), amountMinor: payment.amountMinor }));
  if (kept.length === 0) return [{ methodToken: methodToken(payments[0]?.type ?? 'not_defined') }];
  const exact = sumOf(kept, (tender) => tender.amountMinor) === totalMinor;
  if (exact && kept.length <= MAX_TENDERS) return kept;
  kept.splice(MAX_TENDERS);
  while (kept.length > 1 && sumOf(kept.slice(0, -1), (tender) => tender.amountMinor) >= totalMinor) kept.pop();
  return kept.map((tender, index) => (index === kept.length - 1 ? { methodToken: tender.methodToken } : { ...tender }));
}
