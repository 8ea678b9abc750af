/** Requests that the Order Service answers, in queue group {@link ORDER_SERVICE_QUEUE}. */
export const ORDER_SUBJECTS = {
  create: 'orders.create',
  get: 'orders.get',
  list: 'orders.list',
  updateStatus: 'orders.update-status',
  cancel: 'orders.cancel',
  ship: 'orders.ship',
  refund: 'orders.refund',
  timeline: 'orders.timeline',
} as const;

/** Requests about carts that the Order Service answers, in the same queue group. */
export const CART_SUBJECTS = { get: 'carts.get', addItem: 'carts.add-item' } as const;

export const ORDER_SERVICE_QUEUE = 'order-service';

/** Requests that the Order Service makes of the other services of the marketplace. */
export const CATALOG_SUBJECTS = { quote: 'catalog.quote' } as const;

export const INVENTORY_SUBJECTS = {
  reserve: 'inventory.reserve',
  commit: 'inventory.commit',
  release: 'inventory.release',
} as const;

export const PAYMENT_SUBJECTS = {
  authorize: 'payments.authorize',
  capture: 'payments.capture',
  void: 'payments.void',
  refund: 'payments.refund',
  get: 'payments.get',
} as const;

/** JetStream streams: who writes them, and what they hold. */
export const STREAMS = {
  /** Written by the Order Service: every event of every order. */
  orders: { name: 'ORDERS', subjects: ['evt.orders.>'] },
  /** Written by the Order Service: what became of a cart. */
  carts: { name: 'CARTS', subjects: ['evt.carts.>'] },
  /** Written by the Order Service: commands for the Notification Service. */
  notifications: { name: 'NOTIFICATIONS', subjects: ['cmd.notifications.send'] },
  /** Written by the Payment Service: its own late or asynchronous word. */
  payments: { name: 'PAYMENTS', subjects: ['evt.payments.>'] },
  /** Written by the Order Service: messages of other services that it cannot use, kept for people. */
  deadLetters: { name: 'DEAD_LETTERS', subjects: ['dlq.order-service.>'] },
} as const;

export const NOTIFICATION_SUBJECT = 'cmd.notifications.send';

export const orderEventSubject = (orderId: string, type: string): string => `evt.orders.${orderId}.${type}`;
export const cartEventSubject = (cartId: string, type: string): string => `evt.carts.${cartId}.${type}`;
export const paymentEventSubject = (paymentId: string, type: string): string => `evt.payments.${paymentId}.${type}`;

/**
 * `dlq.order-service.<stream>.<original subject>`, so that `dlq.order-service.PAYMENTS.evt.payments.*.refunded` are the dead letters of all
 * refunds.
 */
export const deadLetterSubject = (stream: string, subject: string): string => `dlq.order-service.${stream}.${subject}`;

/** How long a stream remembers `Nats-Msg-Id`s, in milliseconds. */
export const DUPLICATE_WINDOW_MS = 10 * 60 * 1000;

/** What a reply over NATS holds at most: lists answer in pages, and what is larger all the same is told by a problem. */
export const MOST_REPLY_BYTES = 256 * 1024;

/** Message headers honoured on requests, whatever their case. They mean what they mean over HTTP. */
export const MESSAGE_HEADERS = {
  authorization: 'Authorization',
  idempotencyKey: 'Idempotency-Key',
  ifMatch: 'If-Match',
  prefer: 'Prefer',
  traceparent: 'traceparent',
  /** RFC 3339: after that instant the asker no longer waits, and work that has not begun need not begin. */
  deadline: 'Deadline',
  /** The request of a client that caused this one. */
  requestId: 'X-Request-Id',
} as const;

/** Message headers of replies. */
export const REPLY_HEADERS = {
  /** `true` where the reply is the answer to an earlier request with the same key. */
  idempotencyReplayed: 'Idempotency-Replayed',
} as const;
