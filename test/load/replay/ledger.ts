import type { LedgerEntry } from '@marketplace/contracts';

/** What the ledger of the Payment Service says of one order, in minor units. */
export interface LedgerMoney {
  authorizations: number;
  authorizedMinor: number;
  capturedMinor: number;
  voidedMinor: number;
  refundedMinor: number;
}

const NOTHING: LedgerMoney = {
  authorizations: 0,
  authorizedMinor: 0,
  capturedMinor: 0,
  voidedMinor: 0,
  refundedMinor: 0,
};

/** Adds up the money in the ledger, order by order. Other entries, and those of other orders, are passed over. */
export class LedgerSums {
  private readonly orders = new Map<string, LedgerMoney>();
  private readonly payments = new Map<string, { orderId: string; leftMinor: number }>();
  private readonly keys = new Set<string>();

  /** Keys that moved money twice. */
  repeatedKeys = 0;

  constructor(private readonly orderIds: ReadonlySet<string>) {}

  /** The money of one order; all figures are 0 for an order without payments. */
  moneyOf(orderId: string): LedgerMoney {
    return this.orders.get(orderId) ?? NOTHING;
  }

  add(entry: LedgerEntry): void {
    if (!['authorization', 'capture', 'void', 'refund'].includes(entry.kind)) return;
    const payment = this.payments.get(entry.paymentId ?? '');
    const orderId = entry.orderId ?? payment?.orderId;
    if (orderId === undefined || !this.orderIds.has(orderId)) return;
    this.noteKey(`${entry.kind} ${entry.key}`);
    const money = { ...this.moneyOf(orderId) };
    // A void without an amount releases all that is left of its authorization.
    const amountMinor = entry.amount?.amount ?? payment?.leftMinor ?? 0;
    if (entry.kind === 'authorization') {
      money.authorizations += 1;
      money.authorizedMinor += amountMinor;
      if (entry.paymentId !== undefined) this.payments.set(entry.paymentId, { orderId, leftMinor: amountMinor });
    } else if (entry.kind === 'refund') {
      money.refundedMinor += amountMinor;
    } else {
      if (entry.kind === 'capture') money.capturedMinor += amountMinor;
      else money.voidedMinor += amountMinor;
      if (payment) payment.leftMinor -= amountMinor;
    }
    this.orders.set(orderId, money);
  }

  private noteKey(key: string): void {
    if (this.keys.has(key)) this.repeatedKeys += 1;
    this.keys.add(key);
  }
}
