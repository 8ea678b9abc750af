import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { PaymentEvent } from '@marketplace/contracts';
import { Background } from '../common/background.js';
import { log } from '../common/logger.js';
import { PaymentEvents } from '../payment-client/payment-events.js';
import { Checkout } from './checkout.service.js';
import { recordAuthorization } from './domain/authorize-payment.js';
import { SYSTEM, type Order } from './domain/order.js';
import { settleOperation } from './domain/settle-operation.js';
import { OrderChanges } from './order-changes.service.js';
import { OrderWork } from './order-work.service.js';
import { OrderRepository } from './persistence/order.repository.js';

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
    @Inject(Background) private readonly background: Background,
  ) {}

  onModuleInit(): void {
    this.events.handleWith(async (event) => this.handle(event));
  }

  async handle(event: PaymentEvent): Promise<void> {
    const order = await this.orders.findForSystem(event.orderId);
    // Before the order is announced its own checkout, or the recovery of it, asks for the outcome itself.
    if (!order?.listedAt) return;
    const changed = await this.changes.apply(order.id, (state) => applyEvent(state, event), order);
    if (!changed || changed.version === order.version) return;
    log.info({ orderId: order.id, eventId: event.id, type: event.type }, 'a payment event changed an order');
    this.background.run('payment event', async () => this.work.run(await this.checkout.resume(changed)), order.id);
  }
}

function applyEvent(order: Order, event: PaymentEvent): Order {
  const context = { now: new Date(), actor: SYSTEM };
  switch (event.type) {
    case 'authorized':
    case 'declined': {
      const tender = order.payment.tenders.find((candidate) => candidate.authorizeKey === event.idempotencyKey);
      if (!tender) return order;
      const { paymentId, reason } = event;
      const outcome =
        event.type === 'authorized' ? { status: event.type, paymentId } : { status: event.type, paymentId, reason };
      return recordAuthorization(order, tender.id, outcome, context);
    }
    case 'captured':
    case 'voided':
    case 'refunded': {
      const operation = order.payment.operations.find((candidate) => candidate.key === event.idempotencyKey);
      if (!operation) return order;
      const tender = order.payment.tenders.find((candidate) => candidate.id === operation.tenderId);
      // What was voided before any answer came was all that had been authorized.
      const unanswered = event.type === 'voided' && tender?.authorizedMinor === 0;
      const authorized = unanswered ? { authorizedMinor: event.amount.amount } : {};
      return settleOperation(order, operation.id, { status: 'done', ...authorized }, context);
    }
    case 'chargeback':
      return order;
  }
}
