import type { Money } from '@marketplace/domain';
import type { AuthorizationStatus, NotificationRecipientKind, SimulatorProduct } from '@marketplace/contracts';

/** The operations that carry an idempotency key. A key is unique within its operation. */
export type Operation = 'authorize' | 'capture' | 'void' | 'refund' | 'reserve' | 'commit' | 'release' | 'notify';

export interface StockItem {
  sku: string;
  quantity: number;
}

/** What is known of the payment that a record is about, so that a line of the file can be read by itself. */
interface PaymentReference {
  key: string;
  paymentId: string;
  orderId: string;
  tenderId: string;
  amount: Money;
}

/** An authorization was asked for the first time. */
export interface AuthorizationOpened extends PaymentReference {
  type: 'authorization.opened';
  /** When it happened, RFC 3339. */
  at: string;
  status: AuthorizationStatus;
  reason?: string;
  expiresAt?: string;
  redirectUrl?: string;
  /** The first capture is to fail. */
  captureFailsOnce?: true;
  /** A pending authorization: when it is settled and how. */
  settles?: { at: string; status: 'authorized' | 'declined' };
  /** The first answer is given when the authorization is settled, not before. */
  answeredWhenSettled?: true;
}

/** An authorization that was pending, or waited for the buyer, came to its end. `key` is the authorization's. */
export interface AuthorizationSettled extends PaymentReference {
  type: 'authorization.settled';
  at: string;
  status: 'authorized' | 'declined';
  reason?: string;
  expiresAt?: string;
}

/** An authorization was voided before it arrived: when it does, it holds no money. */
export interface AuthorizationBarred {
  type: 'authorization.barred';
  at: string;
  /** Key of the void. */
  key: string;
  /** The id that the payment is going to have. */
  paymentId: string;
}

/** Money of a payment was captured, voided or refunded. */
export interface PaymentMoved extends PaymentReference {
  type: 'payment.moved';
  at: string;
  operation: 'capture' | 'void' | 'refund';
}

/** A capture, void or refund was refused. */
export interface MoveRefused {
  type: 'payment.refused';
  at: string;
  operation: 'capture' | 'void' | 'refund';
  key: string;
  paymentId: string;
  reason: string;
  /** Asking again with the same key is a new attempt. */
  transient: boolean;
}

/** A reservation named by its order was made, refused, committed or (partly) released. */
export interface StockReserved {
  type: 'stock.reserved';
  at: string;
  key: string;
  reservationId: string;
  items: StockItem[];
}

export interface ReservationRefused {
  type: 'stock.refused';
  at: string;
  key: string;
  reservationId: string;
  short: { sku: string; available: number }[];
}

export interface StockCommitted {
  type: 'stock.committed';
  at: string;
  key: string;
  reservationId: string;
  /** What was held; nothing when there was no such reservation any more. */
  items: StockItem[];
}

export interface StockReleased {
  type: 'stock.released';
  at: string;
  key: string;
  reservationId: string;
  /** What went back to stock. */
  items: StockItem[];
}

export interface CatalogLoaded {
  type: 'catalog.loaded';
  at: string;
  products: SimulatorProduct[];
}

export interface NotificationReceived {
  type: 'notification.received';
  at: string;
  key: string;
  template: string;
  recipient: NotificationRecipientKind;
  orderId?: string;
}

/** A key was asked again; the effect and the answer are those of the first time. */
export interface KeyAskedAgain {
  type: 'asked';
  operation: Operation;
  key: string;
}

/** The stream has acknowledged these events. */
export interface EventsPublished {
  type: 'events.published';
  ids: string[];
}

/** One line of the ledger's file. The state of the simulator is what its lines, applied in order, add up to. */
export type JournalRecord =
  | AuthorizationOpened
  | AuthorizationSettled
  | AuthorizationBarred
  | PaymentMoved
  | MoveRefused
  | StockReserved
  | ReservationRefused
  | StockCommitted
  | StockReleased
  | CatalogLoaded
  | NotificationReceived
  | KeyAskedAgain
  | EventsPublished;

export type RecordOf<T extends JournalRecord['type']> = Extract<JournalRecord, { type: T }>;
