import { Injectable } from '@nestjs/common';
import type { PaymentEvent } from '@marketplace/contracts';
import { LRUCache } from 'lru-cache';
import type { Order } from './domain/order.js';

/** The event of a payment comes within moments of its reply; whoever comes later is answered from the database. */
const MOST_AUTHORIZATIONS = 1_000;

type Authorization = Pick<PaymentEvent, 'orderId' | 'paymentId' | 'amount'>;

/**
 * What this process knows of payments because it has asked for them itself. Most events of the Payment Service only repeat the reply that
 * this process was given a moment ago: those need no look at the database. What is not known here is nothing that can be told: it is read.
 */
@Injectable()
export class KnownPayments {
  readonly #unannounced = new Set<string>();
  readonly #authorized = new LRUCache<string, Authorization>({ max: MOST_AUTHORIZATIONS });

  /** Until the task is done its order is in nobody's sight, and whoever does the task asks for the outcome of its payments. */
  async whileUnannounced<T>(orderId: string, task: () => Promise<T>): Promise<T> {
    this.#unannounced.add(orderId);
    try {
      return await task();
    } finally {
      this.#unannounced.delete(orderId);
    }
  }

  /** Call this once the order is written: what a majority holds no election takes back. */
  note({ id: orderId, currency, payment }: Order): void {
    for (const { status, authorizeKey, paymentId, amountMinor } of payment.tenders) {
      if (status !== 'authorized' || paymentId === undefined) continue;
      this.#authorized.set(authorizeKey, { orderId, paymentId, amount: { amount: amountMinor, currency } });
    }
  }

  /** Whether the event would change nothing. An authorization that stands is never undone by its own event. */
  saysNothingNew(event: PaymentEvent): boolean {
    if (event.type !== 'chargeback' && this.#unannounced.has(event.orderId)) return true;
    const known = event.type === 'authorized' ? this.#authorized.get(event.idempotencyKey) : undefined;
    if (!known) return false;
    const { orderId, paymentId, amount } = known;
    const isSameAmount = event.amount.amount === amount.amount && event.amount.currency === amount.currency;
    return event.orderId === orderId && event.paymentId === paymentId && isSameAmount;
  }
}
