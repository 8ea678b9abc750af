import { Inject, Injectable } from '@nestjs/common';
import { NOTIFICATION_SUBJECT, orderEventSubject } from '@marketplace/contracts';
import { CheckoutCarts } from '../cart/checkout-carts.service.js';
import { InventoryClient } from '../catalog-client/inventory.client.js';
import { KeyedQueue } from '../common/keyed-queue.js';
import { log } from '../common/logger.js';
import { EventPublisher } from '../messaging/event-publisher.js';
import { ServiceUnavailableError } from '../messaging/service-errors.js';
import { notificationCommands } from '../notifications/notification-commands.js';
import { hasPendingWork } from './domain/advance.js';
import type { HistoryEntry, Order, TrackingMail } from './domain/order.js';
import { OrderChanges } from './order-changes.service.js';
import { orderEvent, unpublished } from './order-events.js';
import { PaymentOperations } from './payment-operations.service.js';
import { OrderRepository, type CompletedWork } from './persistence/order.repository.js';
import { TrackingMails } from './tracking-mails.service.js';

/**
 * Does what a written order still asks for: moves money, commits or releases stock, gives back the cart, publishes
 * events and the notifications that follow from them, has tracking links mailed. Each step may be repeated without a second
 * effect, and what fails stays on the order's list for the next try.
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
    @Inject(TrackingMails) private readonly trackingMails: TrackingMails,
  ) {}

  /**
   * @param mustLookAgain also notes when the order is to be looked at next, as whoever took it up under a lease must
   * @returns the order after its work
   */
  async run(order: Order, mustLookAgain = false): Promise<Order> {
    // What the task before does for the order is not in the given state.
    const isStale = this.#queue.has(order.id);
    return this.#queue.run(order.id, async () => {
      const before = (isStale ? await this.orders.findForSystem(order.id) : undefined) ?? order;
      // A Payment Service that hangs must not hold up what has nothing to do with it.
      const [current, published, stockOperationIds, cartReturned, isTrackingMailSent] = await Promise.all([
        this.operations.run(before),
        this.#publish(before),
        this.#settleStock(before),
        this.#returnCart(before),
        this.trackingMails.send(before),
      ]);
      const publishedSequence = await this.#publishSince(before, current, published);
      const done = { publishedSequence, stockOperationIds, cartReturned, isTrackingMailSent };
      const after = afterwards(current, done);
      if (after === current && !mustLookAgain) return current;
      await this.orders.complete(current, {
        ...done,
        nextLookAt: hasPendingWork(after) ? undefined : (this.changes.workDueAt(after, new Date()) ?? 'never'),
      });
      return after;
    });
  }

  /** Goes on with the events that the movements of money have added. */
  async #publishSince(before: Order, current: Order, published: number | undefined): Promise<number | undefined> {
    if (current === before) return published;
    const publishedSequence = published ?? before.publishedSequence;
    return (await this.#publish({ ...current, publishedSequence })) ?? published;
  }

  /**
   * Sends the whole waiting prefix in sequence, each entry after the one before was acknowledged: whoever publishes, the
   * stream holds an order's events in their order.
   */
  async #publish(order: Order): Promise<number | undefined> {
    let published: number | undefined;
    if (!this.publisher.isAvailable) return published;
    for (const entry of unpublished(order)) {
      try {
        await this.#publishEntry(order, entry);
      } catch (error) {
        log.warn(
          { orderId: order.id, sequence: entry.sequence, reason: String(error) },
          'an event was not published yet, or not all of its notifications',
        );
        break;
      }
      published = entry.sequence;
    }
    return published;
  }

  /** The event comes first, so that nobody is told of what the stream does not hold; its commands are for different people. */
  async #publishEntry(order: Order, entry: HistoryEntry): Promise<void> {
    const event = orderEvent(order, entry);
    await this.publisher.publish(orderEventSubject(order.id, entry.type), event.id, event);
    const commands = notificationCommands(order, entry);
    await Promise.all(
      commands.map(async (command) => this.publisher.publish(NOTIFICATION_SUBJECT, command.id, command)),
    );
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
    if (!order.returnsCart || order.cartId === undefined) return false;
    try {
      return await this.carts.release(order.cartId, { orderId: order.id, attempt: order.attempt });
    } catch (error) {
      // A cart that cannot be given back yet must not keep the order's events and stock waiting.
      log.warn({ err: error, orderId: order.id, cartId: order.cartId }, 'a cart was not given back yet');
      return false;
    }
  }
}

/** The same state when nothing was done. */
function afterwards(order: Order, done: CompletedWork): Order {
  const { publishedSequence, stockOperationIds, cartReturned, isTrackingMailSent } = done;
  if (publishedSequence === undefined && stockOperationIds.length === 0 && !cartReturned && !isTrackingMailSent) {
    return order;
  }
  const pending = order.stock.pending.filter((operation) => !stockOperationIds.includes(operation.id));
  const { isDue: _told, ...trackingMail } = order.trackingMail ?? {};
  return {
    ...order,
    publishedSequence: publishedSequence ?? order.publishedSequence,
    stock: { ...order.stock, pending },
    ...(cartReturned ? { returnsCart: false } : {}),
    ...(isTrackingMailSent ? { trackingMail: trackingMail as TrackingMail } : {}),
  };
}
