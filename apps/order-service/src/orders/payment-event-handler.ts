import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { ProblemError, type PaymentEvent } from '@marketplace/contracts';
import { Background } from '../common/background.js';
import { log } from '../common/logger.js';
import { inJob } from '../common/request-context.js';
import { PaymentEvents } from '../payment-client/payment-events.js';
import { Checkout } from './checkout.service.js';
import { isAbandoned } from './domain/advance.js';
import { applyPaymentEvent } from './domain/apply-payment-event.js';
import { SYSTEM, type Order } from './domain/order.js';
import { KnownPayments } from './known-payments.js';
import { OrderChanges } from './order-changes.service.js';
import { OrderWork } from './order-work.service.js';
import { OrderRepository } from './persistence/order.repository.js';

const PAYMENT_EVENT = { transport: 'nats', operation: 'payments.event' } as const;

/**
 * Feeds the Payment Service's events into the same rules that its replies go through. Whatever is known already changes
 * nothing, so repeated and late events are harmless.
 */
@Injectable()
export class PaymentEventHandler implements OnModuleInit {
  constructor(
    @Inject(PaymentEvents) private readonly events: PaymentEvents,
    @Inject(OrderRepository) private readonly orders: OrderRepository,
    @Inject(OrderChanges) private readonly changes: OrderChanges,
    @Inject(Checkout) private readonly checkout: Checkout,
    @Inject(OrderWork) private readonly work: OrderWork,
    @Inject(KnownPayments) private readonly known: KnownPayments,
    @Inject(Background) private readonly background: Background,
  ) {}

  onModuleInit(): void {
    this.events.handleWith(async (event) => inJob(PAYMENT_EVENT, async () => this.handle(event)));
  }

  /** @throws ProblemError for an event that fits no order: it will not fit later either */
  async handle(event: PaymentEvent): Promise<void> {
    if (this.known.saysNothingNew(event)) return;
    const order = await this.orders.findForSystem(event.orderId);
    if (!order) throw new ProblemError('not_found', 'there is no such order');
    if (!order.listedAt) return requireUnderWay(order, event);
    const context = { now: new Date(), actor: SYSTEM };
    const changed = await this.changes.apply(order.id, (state) => applyPaymentEvent(state, event, context), order);
    if (!changed || changed.version === order.version) return;
    const { id: eventId, type, tenderId, paymentId } = event;
    log.info({ orderId: order.id, eventId, type }, 'a payment event changed an order');
    if (type === 'chargeback') {
      log.error(
        { orderId: order.id, eventId, tenderId, paymentId },
        'a payment is charged back; people must see to it',
      );
    }
    this.background.run('payment event', async () => this.work.run(await this.checkout.resume(changed)), order.id);
  }
}

/**
 * Before an order is announced its own checkout, or the recovery of it, asks for the outcome of the authorizations itself. An
 * order that was abandoned has asked for none.
 */
function requireUnderWay(order: Order, { type }: PaymentEvent): void {
  if (!isAbandoned(order) && type !== 'chargeback') return;
  throw new ProblemError('not_found', 'the order has never asked for a payment');
}
