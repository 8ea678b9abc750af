import { Inject, Injectable } from '@nestjs/common';
import { log } from '../common/logger.js';
import { ServiceUnavailableError } from '../messaging/service-errors.js';
import { PaymentClient } from '../payment-client/payment.client.js';
import { foundOutcome, outcomeOf } from './authorization-outcome.js';
import { isUndecided } from './domain/advance.js';
import type { AuthorizationOutcome } from './domain/authorize-payment.js';
import type { Order, Tender } from './domain/order.js';

export interface TenderOutcome {
  readonly tenderId: string;
  readonly outcome: AuthorizationOutcome;
}

/** Authorizes the tenders of an order, one after another; the first that is not authorized ends the round. */
@Injectable()
export class AuthorizePayments {
  constructor(@Inject(PaymentClient) private readonly payments: PaymentClient) {}

  /**
   * @param attempt `first`: nobody has asked before; `again`: somebody may have, so what became of it is asked first
   */
  async authorize(order: Order, attempt: 'first' | 'again'): Promise<TenderOutcome[]> {
    const outcomes: TenderOutcome[] = [];
    for (const tender of order.payment.tenders) {
      if (!isUndecided(tender.status)) continue;
      const outcome = attempt === 'first' ? await this.#ask(order, tender) : await this.#resume(order, tender);
      outcomes.push({ tenderId: tender.id, outcome });
      if (outcome.status !== 'authorized') break;
    }
    return outcomes;
  }

  /** No answer in time leaves the outcome open: the Payment Service is asked what became of it, under the same key. */
  async #ask(order: Order, tender: Tender): Promise<AuthorizationOutcome> {
    const idempotencyKey = tender.authorizeKey;
    try {
      const reply = await this.payments.authorize({
        idempotencyKey,
        orderId: order.id,
        tenderId: tender.id,
        amount: { amount: tender.amountMinor, currency: order.currency },
        methodToken: tender.methodToken,
      });
      return outcomeOf(reply);
    } catch (error) {
      if (!(error instanceof ServiceUnavailableError)) throw error;
      log.warn({ orderId: order.id, tenderId: tender.id, reason: error.message }, 'an authorization was not answered');
      return (await this.#lookUp(idempotencyKey)) ?? { status: 'unknown' };
    }
  }

  async #resume(order: Order, tender: Tender): Promise<AuthorizationOutcome> {
    const found = await this.#lookUp(tender.authorizeKey);
    if (found) return found.status === 'unknown' ? this.#ask(order, tender) : found;
    return { status: 'unknown' };
  }

  /** What the Payment Service holds under the key; `unknown` when it was never asked, undefined when it does not answer. */
  async #lookUp(idempotencyKey: string): Promise<AuthorizationOutcome | undefined> {
    try {
      return foundOutcome(await this.payments.get({ idempotencyKey }));
    } catch (error) {
      if (error instanceof ServiceUnavailableError) return undefined;
      throw error;
    }
  }
}
