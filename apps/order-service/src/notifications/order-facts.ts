import type { EventUnits, NotifiedItem, OrderEventType } from '@marketplace/contracts';
import { money } from '@marketplace/domain';

/**
 * What is told of an order besides what the event says itself: facts that never change, so that a command that is made again
 * when the order has moved on comes out the same. Orders are given as they are; what changes in them cannot be seen here.
 */
export interface OrderFacts {
  readonly id: string;
  readonly number: string;
  readonly currency: string;
  readonly customerId?: string;
  /** The one fact that may go: an order that was anonymised has none. */
  readonly email?: string;
  readonly locale?: string;
  /** Since then there is no buyer to be told. */
  readonly anonymisedAt?: Date;
  readonly vendorOrders: readonly VendorOrderFacts[];
}

interface VendorOrderFacts {
  readonly vendorId: string;
  readonly lines: readonly { readonly sku: string; readonly name: string; readonly unitPriceMinor: number }[];
  readonly returns: readonly { readonly id: string; readonly items: readonly EventUnits[] }[];
  readonly refunds: readonly {
    readonly id: string;
    readonly lines: readonly EventUnits[];
    readonly returnId?: string;
    readonly reason: string;
  }[];
}

/** An entry of the order's history. It never changes. */
export interface EventFacts {
  readonly sequence: number;
  readonly type: OrderEventType;
  readonly at: Date;
  readonly actor: { readonly kind: string };
  readonly vendorId?: string;
  readonly status: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

export function vendorOrderFacts(order: OrderFacts, vendorId: string | undefined): VendorOrderFacts | undefined {
  return order.vendorOrders.find((vendorOrder) => vendorOrder.vendorId === vendorId);
}

/** Units of one vendor order with what people know them by. */
export function namedItems(order: OrderFacts, vendorId: string, units: readonly EventUnits[]): NotifiedItem[] {
  const lines = vendorOrderFacts(order, vendorId)?.lines ?? [];
  return units.flatMap(({ sku, quantity }) => {
    const line = quantity > 0 ? lines.find((each) => each.sku === sku) : undefined;
    return line ? [{ sku, name: line.name, quantity, unitPrice: money(line.unitPriceMinor, order.currency) }] : [];
  });
}
