import { checkedAmount, sumOf, ZERO_AMOUNTS } from '@marketplace/domain';
import { ProblemError } from '@marketplace/contracts';
import { advance, moveTender } from './advance.js';
import { cancelVendorUnits } from './open-units.js';
import { grandTotal } from './amounts.js';
import type { QuotedLine } from '../../catalog-client/quoted-line.js';
import type { Address, ChangeContext, Order, OrderLine, Tender, Units, VendorOrder } from './order.js';

export interface TenderRequest {
  readonly methodToken: string;
  /** Left out by the one tender that takes the rest. */
  readonly amountMinor?: number;
}

export interface NewOrder {
  readonly id: string;
  readonly number: string;
  readonly createdBy: string;
  readonly clientReference?: string;
  readonly requestFingerprint?: string;
  /** 1, or one more than that of the abandoned order of the same id that this one takes the place of. */
  readonly attempt: number;
  readonly cartId?: string;
  readonly customerId?: string;
  readonly email?: string;
  readonly locale?: string;
  readonly currency: string;
  readonly lines: readonly QuotedLine[];
  readonly tenders: readonly TenderRequest[];
  readonly shippingAddress: Address;
  readonly billingAddress?: Address;
}

/**
 * A new order with its payment intent: the tenders are already `authorizing`, so that after a crash the attempt is known
 * before its outcome is. It is announced by {@link holdStock}.
 */
export function placeOrder(request: NewOrder, context: ChangeContext): Order {
  const { lines, tenders, ...identity } = request;
  const vendorOrders = vendorOrdersOf(lines);
  const order: Order = {
    ...identity,
    status: 'pending',
    vendorOrders,
    payment: { status: 'authorizing', tenders: [], operations: [] },
    stock: { status: 'reserving', reservationId: reservationId(request), pending: [] },
    appliedRequests: [],
    history: [],
    publishedSequence: 0,
    version: 1,
    placedAt: context.now,
    updatedAt: context.now,
  };
  const split = splitTenders(request, grandTotal(order), tenders);
  return advance(order, { payment: { ...order.payment, tenders: split } }, [], context);
}

/** Every attempt reserves under a name of its own, so that the release of one cannot touch the next. */
function reservationId({ id, attempt }: NewOrder): string {
  return attempt === 1 ? id : `${id}:${attempt}`;
}

function vendorOrdersOf(lines: readonly QuotedLine[]): VendorOrder[] {
  const vendorIds = new Set(lines.map((line) => line.vendorId));
  return Array.from(vendorIds, (vendorId) => ({
    vendorId,
    status: 'pending' as const,
    lines: lines.filter((line) => line.vendorId === vendorId).map(orderLine),
    shipments: [],
    cancellations: [],
    returns: [],
    refunds: [],
  }));
}

function orderLine({ vendorId: _vendorId, available: _available, ...line }: QuotedLine): OrderLine {
  return {
    ...line,
    cancelledQuantity: 0,
    shippedQuantity: 0,
    deliveredQuantity: 0,
    returnedQuantity: 0,
    cancelledAmounts: ZERO_AMOUNTS,
    shippedAmounts: ZERO_AMOUNTS,
    refundedQuantity: 0,
    refundedAmounts: ZERO_AMOUNTS,
    vendorGoodwillMinor: 0,
    marketplaceGoodwillMinor: 0,
  };
}

/**
 * Gives every tender its share of the total. Tenders that bear nothing are left out.
 *
 * @throws ProblemError `payments_do_not_add_up`
 */
export function splitTenders(
  order: Pick<NewOrder, 'id' | 'attempt' | 'currency'>,
  totalMinor: number,
  requested: readonly TenderRequest[],
): Tender[] {
  const named = sumOf(requested, (tender) => tender.amountMinor ?? 0);
  const open = requested.filter((tender) => tender.amountMinor === undefined);
  const rest = checkedAmount(totalMinor - named);
  if (open.length > 1)
    throw doNotAddUp('at most one payment may leave out its amount', totalMinor, named, order.currency);
  if (open.length === 1 ? rest < 0 : rest !== 0) {
    throw doNotAddUp('the payments must add up to the total of the order', totalMinor, named, order.currency);
  }
  return requested
    .map((tender) => ({ methodToken: tender.methodToken, amountMinor: tender.amountMinor ?? rest }))
    .filter((tender) => tender.amountMinor > 0)
    .map((tender, index) => ({
      id: `t${index + 1}`,
      ...tender,
      status: 'authorizing' as const,
      authorizeKey: `${order.id}:t${index + 1}:authorize:${order.attempt}`,
      authorizedMinor: 0,
      voidedMinor: 0,
      capturedMinor: 0,
      refundedMinor: 0,
    }));
}

function doNotAddUp(detail: string, totalMinor: number, namedMinor: number, currency: string): ProblemError {
  return new ProblemError('payments_do_not_add_up', detail, {
    total: { amount: totalMinor, currency },
    payments: { amount: namedMinor, currency },
  });
}

/** The Inventory Service holds the units: from here on the order is announced and listed. */
export function holdStock(order: Order, context: ChangeContext): Order {
  if (order.stock.status !== 'reserving') return order;
  const placed = {
    type: 'placed' as const,
    data: { total: { amount: grandTotal(order), currency: order.currency } },
  };
  return advance(order, { stock: { ...order.stock, status: 'reserved' }, listedAt: order.placedAt }, [placed], context);
}

/**
 * No stock could be held: the order ends before it was ever announced, and frees its client reference. When the outcome
 * of the reservation could not be learnt (`short` undefined), whatever it may have held is released.
 */
export function abandonOrder(order: Order, short: Order['stock']['short'], context: ChangeContext): Order {
  if (order.stock.status !== 'reserving') return order;
  const release = {
    // Named by the attempt: what an earlier one still owes goes on with this document.
    id: `abandon-${order.attempt}`,
    kind: 'release' as const,
    reservationId: order.stock.reservationId,
    items: orderUnits(order),
  };
  const stock = {
    ...order.stock,
    status: 'rejected' as const,
    ...(short === undefined ? { pending: [...order.stock.pending, release] } : { short }),
  };
  const tenders = order.payment.tenders.map((tender) => moveTender(tender, 'voided'));
  return advance(
    order,
    {
      vendorOrders: order.vendorOrders.map((vendorOrder) => cancelVendorUnits(vendorOrder)),
      payment: { ...order.payment, tenders },
      stock,
      clientReference: undefined,
      ...(order.cartId === undefined ? {} : { returnsCart: true }),
    },
    [],
    context,
  );
}

/** Every unit of the order, by sku. */
export function orderUnits(order: Order): Units[] {
  return order.vendorOrders.flatMap((vendorOrder) =>
    vendorOrder.lines.map((line) => ({ sku: line.sku, quantity: line.quantity })),
  );
}
