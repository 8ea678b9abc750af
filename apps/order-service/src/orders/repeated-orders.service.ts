import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { ProblemError } from '@marketplace/contracts';
import type { CartClaim } from '../cart/domain/cart.js';
import { ReplayedProblem } from '../common/problem.js';
import type { IdempotentRequest } from '../common/request-headers.js';
import { Config } from '../config/config.js';
import { holdsCart } from './cart-claim.js';
import { isAbandoned, isFailed, isUnsettled } from './domain/advance.js';
import type { Order } from './domain/order.js';
import { OrderRepository } from './persistence/order.repository.js';

const POLL_MS = 40;
/** How much longer than its own wait a first request may take to answer. */
const ANSWER_MARGIN_MS = 1_000;

/** What `POST /orders` answers with. */
export interface PlacedOrder {
  readonly order: Order;
  readonly status: 200 | 201;
  readonly replayed: boolean;
}

/** Answers requests that have had their effect before, from the order that they made. */
@Injectable()
export class RepeatedOrders {
  constructor(
    @Inject(OrderRepository) private readonly orders: OrderRepository,
    @Inject(Config) private readonly config: Config,
  ) {}

  /** The order that the same request, or one with the same reference, has made; nothing is read when there is neither. */
  async find(derivedId: string | undefined, createdBy: string, clientReference?: string): Promise<Order | undefined> {
    if (derivedId === undefined && clientReference === undefined) return undefined;
    return this.orders.findRepeated(derivedId, createdBy, clientReference);
  }

  /**
   * @param derivedId the id that the idempotency key stands for, if there is a key
   * @throws ProblemError `idempotency_key_reused`, `idempotency_in_progress`, or the failure that came of the first request
   */
  async answer(
    order: Order,
    derivedId: string | undefined,
    options: { idempotent?: IdempotentRequest | undefined; respondAsync: boolean },
  ): Promise<PlacedOrder> {
    if (order.id !== derivedId || order.requestFingerprint === undefined) return this.answerOwner(order);
    if (order.requestFingerprint !== options.idempotent?.fingerprint) {
      throw new ProblemError('idempotency_key_reused', 'this key came with another request before');
    }
    const ageMs = Date.now() - order.placedAt.getTime();
    const running = isUnsettled(order) && ageMs < this.config.PAYMENT_WAIT_MS + ANSWER_MARGIN_MS;
    if (running && !(options.respondAsync && order.listedAt)) {
      throw new ProblemError('idempotency_in_progress', 'the first request with this key is still running');
    }
    return this.outcome(order, 201, true);
  }

  /** A repeated checkout: waits for what the first one comes to, as that one does. */
  async answerOwner(order: Order): Promise<PlacedOrder> {
    let current: Order | undefined = order;
    const until = Date.now() + this.config.PAYMENT_WAIT_MS;
    while (current && isUnsettled(current) && Date.now() < until) {
      await delay(POLL_MS);
      current = await this.orders.findForSystem(order.id);
    }
    return this.outcome(current ?? order, 200, false);
  }

  /**
   * The order that holds the cart, as soon as it is there: the claim comes a moment before it. When that does not come, the
   * abandoned order, if any, whose place it was to take.
   */
  async awaitOrder(claim: CartClaim): Promise<Order | undefined> {
    const until = Date.now() + ANSWER_MARGIN_MS;
    for (;;) {
      const order = await this.orders.findForSystem(claim.orderId);
      if ((order && holdsCart(order, claim)) || Date.now() >= until) return order;
      await delay(POLL_MS);
    }
  }

  /** The order, or the failure that it came to. */
  outcome(order: Order, status: 200 | 201, replayed: boolean): PlacedOrder {
    const Failure = replayed ? ReplayedProblem : ProblemError;
    if (isAbandoned(order)) {
      const { short } = order.stock;
      if (short) throw new Failure('out_of_stock', 'not enough units are available', { short });
      throw new ProblemError('inventory_unavailable', 'stock cannot be reserved at the moment; try again');
    }
    if (isFailed(order)) {
      const reason = order.payment.tenders.find((tender) => tender.status === 'declined')?.reason;
      throw new Failure('payment_declined', 'the payment was declined', {
        orderId: order.id,
        ...(reason === undefined ? {} : { reason }),
      });
    }
    if (!order.listedAt) throw new ProblemError('idempotency_in_progress', 'the checkout is still under way');
    return { order, status, replayed };
  }
}
