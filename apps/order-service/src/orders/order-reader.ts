import { Inject, Injectable } from '@nestjs/common';
import { ProblemError } from '@marketplace/contracts';
import type { Scope } from '../auth/principal.js';
import type { HistoryEntry, Order } from './domain/order.js';
import { seesOnlyVendor } from './order.presenter.js';
import { OrderRepository } from './persistence/order.repository.js';
import { ReadOrders } from './read-orders.service.js';

/** An event of an order as a scope shows it: what is not the viewer's keeps its place and says nothing. */
export type VisibleEntry = ShownEntry | { readonly sequence: number; readonly hidden: true };

export type ShownEntry = Omit<HistoryEntry, 'status' | 'actor'> & Partial<Pick<HistoryEntry, 'status' | 'actor'>>;

/** The facts of an order that a vendor sees although they name no vendor. */
const ORDER_WIDE: ReadonlySet<HistoryEntry['type']> = new Set(['placed', 'confirmed', 'expired', 'held', 'released']);

/** Read-only access to orders for the other features. */
@Injectable()
export class OrderReader {
  constructor(
    @Inject(ReadOrders) private readonly orders: ReadOrders,
    @Inject(OrderRepository) private readonly repository: OrderRepository,
  ) {}

  /** @throws ProblemError `not_found` */
  async get(orderId: string, scope: Scope): Promise<Order> {
    return this.orders.get(orderId, scope);
  }

  /** @throws ProblemError `not_found` */
  async history(orderId: string, scope: Scope): Promise<{ order: Order; entries: readonly VisibleEntry[] }> {
    const order = await this.orders.get(orderId, scope);
    return { order, entries: entriesFor(order, scope) };
  }

  /** @throws ProblemError `not_found` for an order that does not exist, and for one that the scope does not show */
  async demandVisible(orderId: string, scope: Scope): Promise<void> {
    if (!(await this.repository.isVisible(orderId, scope))) {
      throw new ProblemError('not_found', 'there is no such order');
    }
  }

  /**
   * One read for many viewers of an order, each of whom {@link demandVisible} has let in: who of them may see it, and what of it, is then decided for each by
   * {@link isShownTo} and {@link entriesFor}.
   */
  async forViewers(orderId: string): Promise<Order | undefined> {
    return this.repository.find(orderId, { everything: true });
  }

  /** The versions of these orders, as far as they are there: one that has changed is read again. */
  async versions(orderIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.repository.findVersions(orderIds);
  }
}

/** Whether the scope shows anything of the order: the same rule as that of the reads that take a scope. */
export function isShownTo(order: Order, scope: Scope): boolean {
  if (scope.everything || scope.orderId === order.id) return true;
  if (scope.customerId !== undefined && scope.customerId === order.customerId) return true;
  return scope.vendorId !== undefined && order.vendorOrders.some(({ vendorId }) => vendorId === scope.vendorId);
}

/** The history as the scope shows it. */
export function entriesFor(order: Order, scope: Scope): readonly VisibleEntry[] {
  const vendorId = seesOnlyVendor(order, scope);
  return vendorId === undefined ? order.history : order.history.map((entry) => ownOnly(entry, vendorId));
}

/** An entry as one vendor sees it. */
export function ownOnly(entry: ShownEntry, vendorId: string): VisibleEntry {
  const visible = entry.vendorId === undefined ? ORDER_WIDE.has(entry.type) : entry.vendorId === vendorId;
  const isMoney = entry.type.startsWith('payment-');
  if (!visible || isMoney) return { sequence: entry.sequence, hidden: true };
  // The order's status, and who acted on the order as a whole, would tell of the other vendors and of the buyer.
  const { status: _status, actor: _actor, data, ...own } = entry;
  if (entry.vendorId === undefined || data === undefined) return own;
  const { tenderId: _tender, ...visibleData } = data;
  return { ...own, data: visibleData };
}
