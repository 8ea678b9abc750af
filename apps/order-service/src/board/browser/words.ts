export const ORDER_STATUSES = [
  'pending',
  'confirmed',
  'processing',
  'partially_shipped',
  'shipped',
  'partially_delivered',
  'delivered',
  'returned',
  'cancelled',
  'payment_failed',
] as const;

export const PAYMENT_STATUSES = [
  'pending',
  'authorizing',
  'unknown',
  'requires_action',
  'authorized',
  'partially_captured',
  'captured',
  'partially_refunded',
  'refunded',
  'declined',
  'voided',
] as const;

export type Tone = 'good' | 'warn' | 'bad' | 'active' | 'quiet';

const TONES: Readonly<Record<string, Tone>> = {
  confirmed: 'active',
  processing: 'active',
  partially_shipped: 'active',
  shipped: 'active',
  partially_delivered: 'good',
  delivered: 'good',
  captured: 'good',
  authorized: 'active',
  partially_captured: 'active',
  pending: 'warn',
  unknown: 'warn',
  requires_action: 'warn',
  requested: 'warn',
  approved: 'active',
  received: 'active',
  in_transit: 'active',
  payment_failed: 'bad',
  declined: 'bad',
  lost: 'bad',
  cancelled: 'quiet',
};

export function toneOf(status: string): Tone {
  return TONES[status] ?? 'quiet';
}

/** `partially_shipped` as people read it: partly shipped. */
export function wordsOf(code: string): string {
  const words = code.replaceAll(/[_-]/gu, ' ').replace('partially', 'partly');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function unitWord(units: number): string {
  return units === 1 ? '1 unit' : `${units} units`;
}
