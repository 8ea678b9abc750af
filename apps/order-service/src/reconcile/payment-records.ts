import { setTimeout as delay } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import { PAYMENT_SUBJECTS, type GetPaymentReply, type GetPaymentRequest } from '@marketplace/contracts';
import type { Order, Tender } from '../orders/domain/order.js';
import { broken, same, type Finding, type Rule } from './finding.js';

const TRIES = 3;
const RETRY_MS = 500;

/** The Payment Service's own records, asked by the key of each authorization. */
export class PaymentRecords {
  constructor(
    private readonly nats: NatsConnection,
    private readonly timeoutMs: number,
  ) {}

  /** @throws Error when the Payment Service does not answer */
  async check(order: Order): Promise<Finding[]> {
    const findings: Finding[] = [];
    for (const tender of order.payment.tenders) {
      const record = await this.#get({ idempotencyKey: tender.authorizeKey });
      findings.push(...broken('payments', () => recordRules(tender, record), true));
    }
    return findings;
  }

  async #get(request: GetPaymentRequest): Promise<GetPaymentReply> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const reply = await this.nats.request(PAYMENT_SUBJECTS.get, JSON.stringify(request), {
          timeout: this.timeoutMs,
        });
        const record = reply.json<GetPaymentReply | { error: unknown }>();
        if ('error' in record) throw new Error(JSON.stringify(record.error));
        return record;
      } catch (error) {
        if (attempt === TRIES) {
          throw new Error(`the Payment Service does not answer: ${String(error)}`, { cause: error });
        }
        await delay(RETRY_MS);
      }
    }
  }
}

/** A payment that the Payment Service has never heard of has moved nothing. */
export function recordRules(tender: Tender, record: GetPaymentReply): Rule[] {
  const nothing = { amount: 0 };
  const { authorized, captured, voided, refunded } =
    record.status === 'not_found'
      ? { authorized: nothing, captured: nothing, voided: nothing, refunded: nothing }
      : record;
  const { id, authorizedMinor, voidedMinor, capturedMinor, refundedMinor } = tender;
  const moved = [
    same(`${id}: captured here and there`, capturedMinor, captured.amount),
    same(`${id}: refunded here and there`, refundedMinor, refunded.amount),
  ];
  // An authorization that was voided whole before its answer came was never taken over here.
  if (authorizedMinor === 0 && authorized.amount === voided.amount) return moved;
  return [
    same(`${id}: authorized here and there`, authorizedMinor, authorized.amount),
    same(`${id}: voided here and there`, voidedMinor, voided.amount),
    ...moved,
  ];
}
