import { Inject, Injectable } from '@nestjs/common';
import { InventoryClient } from '../catalog-client/inventory.client.js';
import { within } from '../common/deadline.js';
import { log } from '../common/logger.js';
import { ServiceUnavailableError } from '../messaging/service-errors.js';
import { AuthorizePayments, type TenderOutcome } from './authorize-payments.service.js';
import { confirmOrder, recordAuthorization } from './domain/authorize-payment.js';
import { SYSTEM, type Actor, type Order } from './domain/order.js';
import { abandonOrder, holdStock, orderUnits } from './domain/place-order.js';
import { KnownPayments } from './known-payments.js';
import { OrderChanges } from './order-changes.service.js';

/** A payment that takes longer is worth a write of its own, so that the order can be seen meanwhile. */
const ANNOUNCE_AFTER_MS = 250;

/** An order that can be seen, and what comes of it. */
interface Placing {
  readonly placed: Order;
  readonly settled: Promise<Order>;
}

/**
 * Takes a written order through its checkout: stock is reserved, tenders are authorized, the order is confirmed or
 * fails. The same steps resume an order whose process died in any of them, because every call carries its own key.
 */
@Injectable()
export class Checkout {
  constructor(
    @Inject(OrderChanges) private readonly changes: OrderChanges,
    @Inject(InventoryClient) private readonly inventory: InventoryClient,
    @Inject(AuthorizePayments) private readonly payments: AuthorizePayments,
    @Inject(KnownPayments) private readonly known: KnownPayments,
  ) {}

  /**
   * @param announce called with the order as soon as stock is held and the order can be seen
   * @returns the order as the checkout left it: confirmed, failed, or waiting for the Payment Service
   */
  async run(order: Order, actor: Actor, announceNow: boolean): Promise<Placing> {
    return this.known.whileUnannounced(order.id, async () => this.#place(order, actor, announceNow));
  }

  async #place(order: Order, actor: Actor, announceNow: boolean): Promise<Placing> {
    const reserved = await this.#reserve(order, actor);
    if (reserved.stock.status !== 'reserved') return { placed: reserved, settled: Promise.resolve(reserved) };
    const outcomes = this.payments.authorize(reserved, 'first');
    if (!announceNow && (await within(ANNOUNCE_AFTER_MS, outcomes))) {
      const settled = await this.#settle(order, reserved, await outcomes, actor);
      return { placed: settled, settled: Promise.resolve(settled) };
    }
    const placed = (await this.changes.apply(order.id, (state) => holdStock(state, now(actor)), order)) ?? reserved;
    return { placed, settled: outcomes.then(async (done) => this.#settle(placed, placed, done, actor)) };
  }

  /** Goes on where a crash, a time-out or a late answer left the order. */
  async resume(order: Order): Promise<Order> {
    const reserved = order.stock.status === 'reserving' ? await this.#resumeReservation(order) : order;
    if (reserved.stock.status !== 'reserved' || reserved.status !== 'pending') return reserved;
    return this.#settle(reserved, reserved, await this.payments.authorize(reserved, 'again'), SYSTEM);
  }

  /** The order with its stock held, not yet written; or the abandoned order, written. */
  async #reserve(order: Order, actor: Actor): Promise<Order> {
    const short = await this.#askForStock(order);
    if (short === 'reserved') return holdStock(order, now(actor));
    const missing = short === 'unknown' ? undefined : short;
    return (await this.changes.apply(order.id, (state) => abandonOrder(state, missing, now(SYSTEM)), order)) ?? order;
  }

  /**
   * Whoever placed the order may have gone on to the payments before it died. So while the Inventory Service cannot tell what
   * became of the reservation, the order waits: given up now, an authorization that was made would be held for ever.
   */
  async #resumeReservation(order: Order): Promise<Order> {
    const short = await this.#askForStock(order);
    if (short === 'unknown') return order;
    const rule = (state: Order): Order =>
      short === 'reserved' ? holdStock(state, now(SYSTEM)) : abandonOrder(state, short, now(SYSTEM));
    return (await this.changes.apply(order.id, rule, order)) ?? order;
  }

  async #askForStock(order: Order): Promise<'reserved' | 'unknown' | { sku: string; available: number }[]> {
    const { reservationId } = order.stock;
    try {
      const reply = await this.inventory.reserve({
        reservationId,
        operationId: `${reservationId}:reserve`,
        items: orderUnits(order),
      });
      return reply.status === 'reserved' ? 'reserved' : reply.short;
    } catch (error) {
      if (!(error instanceof ServiceUnavailableError)) throw error;
      log.warn({ orderId: order.id, reason: error.message }, 'stock could not be reserved');
      return 'unknown';
    }
  }

  /** Everything that is known of stock and payments goes into one write. */
  async #settle(stored: Order, known: Order, outcomes: readonly TenderOutcome[], actor: Actor): Promise<Order> {
    const context = now(actor);
    const rule = (state: Order): Order => {
      const held = holdStock(state, context);
      if (held.payment.tenders.length === 0) return confirmOrder(held, context);
      return outcomes.reduce(
        (next, { tenderId, outcome }) => recordAuthorization(next, tenderId, outcome, context),
        held,
      );
    };
    const settled = await this.changes.apply(stored.id, rule, stored);
    if (settled) this.known.note(settled);
    return settled ?? known;
  }
}

function now(actor: Actor): { now: Date; actor: Actor } {
  return { now: new Date(), actor };
}
