import { Inject, Injectable } from '@nestjs/common';
import { orderEventSubject } from '@marketplace/contracts';
import { CheckoutCarts } from '../cart/checkout-carts.service.js';
import { InventoryClient } from '../catalog-client/inventory.client.js';
import { KeyedQueue } from '../common/keyed-queue.js';
import { log } from '../common/logger.js';
import { EventPublisher } from '../messaging/event-publisher.js';
import { ServiceUnavailableError } from '../messaging/service-requests.js';
import { cartClaim } from './cart-claim.js';
import { hasPendingWork } from './domain/advance.js';
import type { Order } from './domain/order.js';
import { OrderChanges } from './order-changes.service.js';
import { orderEvent, unpublished } from './order-events.js';
import { PaymentOperations } from './payment-operations.service.js';
import { OrderRepository } from './persistence/order.repository.js';

/**
 * Does what a written order still asks for: moves money, commits or releases stock, gives back the cart, publishes
 * events. Each step may be repeated without a second effect, and what fails stays on the order's list for the next try.
 */
@Injectable()
export class OrderWork {
  readonly #queue = new KeyedQueue();

  constructor(
    @Inject(OrderRepository) private readonly orders: OrderRepository,
    @Inject(OrderChanges) private readonly changes: OrderChanges,
    @Inject(PaymentOperations) private readonly operations: PaymentOperations,
    @Inject(InventoryClient) private readonly inventory: InventoryClient,
    @Inject(CheckoutCarts) private readonly carts: CheckoutCarts,
    @Inject(EventPublisher) private readonly publisher: EventPublisher,
  ) {}

  /**
   * @param mustLookAgain also notes when the order is to be looked at next, as whoever took it up under a lease must
   * @returns the order after its work
   */
  async run(order: Order, mustLookAgain = false): Promise<Order> {
    // What the task before does for the order is not in the given state.
    const isStale = this.#queue.has(order.id);
    return this.#queue.run(order.id, async () => {
      const latest = isStale ? await this.orders.findForSystem(order.id) : undefined;
      const current = await this.operations.run(latest ?? order);
      const [publishedSequence, stockOperationIds, cartReturned] = await Promise.all([
        this.#publish(current),
        this.#settleStock(current),
        this.#returnCart(current),
      ]);
      const after = afterwards(current, publishedSequence, stockOperationIds, cartReturned);
      if (publishedSequence === undefined && stockOperationIds.length === 0 && !cartReturned && !mustLookAgain) {
        return current;
      }
      await this.orders.complete(current, {
        ...(publishedSequence === undefined ? {} : { publishedSequence }),
        stockOperationIds,
        cartReturned,
        nextLookAt: hasPendingWork(after) ? undefined : (this.changes.workDueAt(after, new Date()) ?? 'never'),
      });
      return after;
    });
  }

  /**
   * Sends the whole waiting prefix in sequence, each event after the one before was acknowledged: whoever publishes, the
   * stream holds an order's events in their order.
   */
  async #publish(order: Order): Promise<number | undefined> {
    let published: number | undefined;
    if (!this.publisher.isAvailable) return published;
    for (const entry of unpublished(order)) {
      const event = orderEvent(order, entry);
      try {
        await this.publisher.publish(orderEventSubject(order.id, entry.type), event.id, event);
      } catch (error) {
        log.warn(
          { orderId: order.id, sequence: entry.sequence, reason: String(error) },
          'an event was not published yet',
        );
        break;
      }
      published = entry.sequence;
    }
    return published;
  }

  async #settleStock(order: Order): Promise<string[]> {
    const settled: string[] = [];
    for (const { id, kind, reservationId, items } of order.stock.pending) {
      try {
        const operationId = `${reservationId}:${id}`;
        await this.inventory.settle(kind, { reservationId, operationId, items: [...items] });
      } catch (error) {
        if (!(error instanceof ServiceUnavailableError)) throw error;
        log.warn({ orderId: order.id, operationId: id, reason: error.message }, 'a stock operation was not answered');
        break;
      }
      settled.push(id);
    }
    return settled;
  }

  async #returnCart(order: Order): Promise<boolean> {
    const claim = cartClaim(order);
    if (!order.returnsCart || !claim) return false;
    try {
      return await this.carts.release(claim);
    } catch (error) {
      // A cart that cannot be given back yet must not keep the order's events and stock waiting.
      log.warn({ err: error, ...claim }, 'a cart was not given back yet');
      return false;
    }
  }
}

function afterwards(
  order: Order,
  publishedSequence: number | undefined,
  stockOperationIds: readonly string[],
  cartReturned: boolean,
): Order {
  const pending = order.stock.pending.filter((operation) => !stockOperationIds.includes(operation.id));
  return {
    ...order,
    publishedSequence: publishedSequence ?? order.publishedSequence,
    stock: { ...order.stock, pending },
    ...(cartReturned ? { returnsCart: false } : {}),
  };
}
