import { PAYMENT_EVENT_TYPES, ProblemError, type PaymentEvent } from '@marketplace/contracts';

const TEXTS = ['id', 'orderId', 'tenderId', 'idempotencyKey', 'paymentId', 'time'] as const;

/** @throws ProblemError `malformed_json`, `validation_failed` for what is no event of a payment */
export function readPaymentEvent(message: { json(): unknown }): PaymentEvent {
  const event = parse(message);
  const wrong = faultsOf(event);
  if (wrong.length > 0) {
    throw new ProblemError('validation_failed', `no event of a payment, by its ${wrong.join(', ')}`);
  }
  return event as PaymentEvent;
}

function parse(message: { json(): unknown }): Partial<PaymentEvent> {
  let body: unknown;
  try {
    body = message.json();
  } catch {
    // What the parser says quotes the body.
    throw new ProblemError('malformed_json', 'the body is not JSON');
  }
  if (typeof body !== 'object' || body === null) throw new ProblemError('validation_failed', 'the body is no object');
  return body;
}

/** The members that are missing or are not what they must be. */
function faultsOf(event: Partial<Record<keyof PaymentEvent, unknown>>): string[] {
  const { type, amount, reason } = event;
  const faults: string[] = TEXTS.filter((name) => typeof event[name] !== 'string' || event[name] === '');
  if (!PAYMENT_EVENT_TYPES.some((known) => known === type)) faults.push('type');
  if (!isMoney(amount)) faults.push('amount');
  if (reason !== undefined && typeof reason !== 'string') faults.push('reason');
  return faults;
}

function isMoney(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { amount, currency } = value as { amount?: unknown; currency?: unknown };
  return Number.isSafeInteger(amount) && (amount as number) >= 0 && typeof currency === 'string';
}
