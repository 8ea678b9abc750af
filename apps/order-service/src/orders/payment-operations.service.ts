import { Inject, Injectable } from '@nestjs/common';
import type { MovePaymentReply } from '@marketplace/contracts';
import { log } from '../common/logger.js';
import { ServiceUnavailableError } from '../messaging/service-errors.js';
import { PaymentClient } from '../payment-client/payment.client.js';
import { isDue, isUndecided } from './domain/advance.js';
import { SYSTEM, type Order, type PaymentOperation, type Tender } from './domain/order.js';
import { settleOperation, type OperationOutcome } from './domain/settle-operation.js';
import { OrderChanges } from './order-changes.service.js';

/** After so many refusals an operation is left to people. No answer at all does not count: it is asked again for ever. */
const MOST_ATTEMPTS = 20;

/** Carries out the movements of money that an order has queued, each under its own key, in the order they were decided. */
@Injectable()
export class PaymentOperations {
  constructor(
    @Inject(PaymentClient) private readonly payments: PaymentClient,
    @Inject(OrderChanges) private readonly changes: OrderChanges,
  ) {}

  /** Runs what is pending. A failed operation holds back the later ones of its tender only. */
  async run(order: Order): Promise<Order> {
    let current = order;
    const heldBack = new Set<string>();
    for (const { id } of order.payment.operations) {
      const operation = current.payment.operations.find((candidate) => candidate.id === id);
      const tender = current.payment.tenders.find((candidate) => candidate.id === operation?.tenderId);
      if (!operation || !isDue(operation, current.payment.operations)) continue;
      if (!tender || heldBack.has(tender.id)) continue;
      const outcome = await this.#carryOut(current, operation, tender);
      if (outcome?.status !== 'done') heldBack.add(tender.id);
      if (!outcome) continue;
      const context = { now: new Date(), actor: SYSTEM };
      current =
        (await this.changes.apply(order.id, (state) => settleOperation(state, id, outcome, context), current)) ??
        current;
    }
    // A refund that takes the place of a void was decided on the way.
    return current.payment.operations.length > order.payment.operations.length ? this.run(current) : current;
  }

  /** The outcome, or undefined when the Payment Service did not answer: the operation stays pending. */
  async #carryOut(order: Order, operation: PaymentOperation, tender: Tender): Promise<OperationOutcome | undefined> {
    try {
      if (operation.kind === 'void' && (isUndecided(tender.status) || tender.paymentId === undefined)) {
        return await this.#voidUnanswered(operation, tender);
      }
      const outcome = outcomeOf(await this.#send(order, operation, tender), operation);
      return operation.kind === 'void' ? await this.#withPayment(outcome, tender) : outcome;
    } catch (error) {
      if (!(error instanceof ServiceUnavailableError)) throw error;
      log.warn(
        { orderId: order.id, operationId: operation.id, reason: error.message },
        'a payment operation was not answered',
      );
      return undefined;
    }
  }

  async #send(order: Order, operation: PaymentOperation, tender: Tender): Promise<MovePaymentReply> {
    const amount = { amount: operation.amountMinor, currency: order.currency };
    const request = { idempotencyKey: operation.key, paymentId: tender.paymentId ?? '', amount };
    return operation.kind === 'void' ? this.payments.void(request) : this.payments.move(operation.kind, request);
  }

  /** Voids by the key of the authorization, which may not even have arrived; then asks how much it had held. */
  async #voidUnanswered(operation: PaymentOperation, tender: Tender): Promise<OperationOutcome> {
    const reply = await this.payments.void({ idempotencyKey: operation.key, authorizeKey: tender.authorizeKey });
    const outcome = outcomeOf(reply, operation);
    if (outcome.status !== 'done') return this.#withPayment(outcome, tender);
    const payment = await this.payments.get({ idempotencyKey: tender.authorizeKey });
    return { status: 'done', authorizedMinor: payment.status === 'not_found' ? 0 : payment.authorized.amount };
  }

  /** A void that is refused may have come too late: what became of the money the payment itself tells. */
  async #withPayment(outcome: OperationOutcome, tender: Tender): Promise<OperationOutcome> {
    if (outcome.status === 'done' || !outcome.final) return outcome;
    const payment = await this.payments.get({ idempotencyKey: tender.authorizeKey });
    if (payment.status === 'not_found') return outcome;
    const { paymentId, authorized, captured, voided } = payment;
    const figures = { authorizedMinor: authorized.amount, capturedMinor: captured.amount, voidedMinor: voided.amount };
    return { ...outcome, found: { paymentId, ...figures } };
  }
}

function outcomeOf(reply: MovePaymentReply, operation: PaymentOperation): OperationOutcome {
  if (reply.status !== 'failed') return { status: 'done' };
  const final = reply.transient !== true || operation.attempts + 1 >= MOST_ATTEMPTS;
  const level = final ? 'error' : 'warn';
  log[level](
    { key: operation.key, reason: reply.reason, attempts: operation.attempts + 1 },
    'a payment operation failed',
  );
  return { status: 'failed', reason: reply.reason ?? 'refused', final };
}
