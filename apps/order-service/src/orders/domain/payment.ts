import type { PaymentFigures, PaymentStatus } from './status.js';

/** One means of payment and the share of the total that it bears. */
export interface Tender extends PaymentFigures {
  readonly id: string;
  readonly amountMinor: number;
  readonly methodToken: string;
  readonly status: PaymentStatus;
  readonly authorizeKey: string;
  readonly paymentId?: string;
  readonly reason?: string;
  readonly redirectUrl?: string;
  readonly expiresAt?: string;
}

/** A movement of money that was decided: written first, then asked of the Payment Service under its own key. */
export interface PaymentOperation {
  readonly id: string;
  readonly key: string;
  readonly kind: 'capture' | 'void' | 'refund';
  readonly tenderId: string;
  readonly amountMinor: number;
  readonly vendorId?: string;
  readonly shipmentId?: string;
  readonly refundId?: string;
  readonly status: 'pending' | 'done' | 'failed';
  readonly attempts: number;
  readonly lastError?: string;
  readonly createdAt: Date;
  readonly settledAt?: Date;
}

export interface Payment {
  readonly status: PaymentStatus;
  readonly tenders: readonly Tender[];
  readonly operations: readonly PaymentOperation[];
  /** Since when it is known that an authorization lapses before everything has been shipped. */
  readonly expiryFlaggedAt?: Date;
}
