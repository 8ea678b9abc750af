import { Inject, Injectable } from '@nestjs/common';
import { ProblemError } from '@marketplace/contracts';
import type { Scope } from '../auth/principal.js';
import type { HistoryEntry, Order } from './domain/order.js';
import { seesOnlyVendor } from './order.presenter.js';
import { OrderRepository } from './persistence/order.repository.js';
import { ReadOrders } from './read-orders.service.js';

/** An event of an order as a scope shows it: what is not the viewer's keeps its place and says nothing. */
export type VisibleEntry =
  | (Omit<HistoryEntry, 'status' | 'actor'> & Partial<Pick<HistoryEntry, 'status' | 'actor'>>)
  | { readonly sequence: number; readonly hidden: true };

/** The facts of an order that a vendor sees although they name no vendor. */
const ORDER_WIDE: ReadonlySet<HistoryEntry['type']> = new Set(['placed', 'confirmed', 'expired', 'held', 'released']);

/** Read-only access to orders for the other features. */
@Injectable()
export class OrderReader {
  constructor(
    @Inject(ReadOrders) private readonly orders: ReadOrders,
    @Inject(OrderRepository) private readonly repository: OrderRepository,
  ) {}

  /** An order that the caller has shown a key to. */
  async find(orderId: string): Promise<Order | undefined> {
    return this.repository.find(orderId, { everything: true });
  }

  /**
   * An order as its buyer sees it, for those who act for the buyer.
   *
   * @throws ProblemError `not_found`, and `forbidden` for a vendor, who sees a part of it only
   */
  async ofBuyer(orderId: string, scope: Scope): Promise<Order> {
    const order = await this.orders.get(orderId, scope);
    if (seesOnlyVendor(order, scope) !== undefined) throw new ProblemError('forbidden', 'this is for the buyer');
    return order;
  }

  /** @throws ProblemError `not_found` */
  async history(orderId: string, scope: Scope): Promise<{ order: Order; entries: readonly VisibleEntry[] }> {
    const order = await this.orders.get(orderId, scope);
    const vendorId = seesOnlyVendor(order, scope);
    return {
      order,
      entries: vendorId === undefined ? order.history : order.history.map((entry) => ownOnly(entry, vendorId)),
    };
  }
}

function ownOnly(entry: HistoryEntry, vendorId: string): VisibleEntry {
  const visible = entry.vendorId === undefined ? ORDER_WIDE.has(entry.type) : entry.vendorId === vendorId;
  const isMoney = entry.type.startsWith('payment-');
  if (!visible || isMoney) return { sequence: entry.sequence, hidden: true };
  // The order's status, and who acted on the order as a whole, would tell of the other vendors and of the buyer.
  const { status: _status, actor: _actor, data, ...own } = entry;
  if (entry.vendorId === undefined || data === undefined) return own;
  const { tenderId: _tender, ...visibleData } = data;
  return { ...own, data: visibleData };
}
