import { money, sumOf, type Money } from '@marketplace/domain';
import type { Scope } from '../auth/principal.js';
import { components } from '../cart/cart.presenter.js';
import type { HoldDto } from './dto/after-sales.dto.js';
import { authorizationExpiresAt } from './domain/authorization-expiry.js';
import { orderTotals, vendorOrderTotals } from './domain/amounts.js';
import type { Hold, OrderLine, Shipment, ShownOrder, Tender, VendorOrder } from './domain/order.js';
import { presentCancellation, presentRefund, presentReturn } from './after-sales.presenter.js';
import { orderStatus } from './domain/status.js';
import type { OrderDto, OrderLineDto, PaymentDto, ShipmentDto, TenderDto, VendorOrderDto } from './dto/order.dto.js';

/** The order as the holder of a scope may see it, field by field. */
export function presentOrder(order: ShownOrder, scope: Scope, accessToken?: string): OrderDto {
  const vendorId = seesOnlyVendor(order, scope);
  if (vendorId !== undefined) return presentVendorView(order, vendorId);
  return {
    id: order.id,
    number: order.number,
    ...(order.clientReference === undefined ? {} : { clientReference: order.clientReference }),
    ...(order.customerId === undefined ? {} : { customerId: order.customerId }),
    ...(order.email === undefined ? {} : { email: order.email }),
    ...(order.locale === undefined ? {} : { locale: order.locale }),
    status: order.status,
    currency: order.currency,
    vendorOrders: order.vendorOrders.map((vendorOrder) => presentVendorOrder(vendorOrder, order.currency)),
    totals: presentTotals(order.vendorOrders, order.currency),
    payment: presentPayment(order),
    shippingAddress: order.shippingAddress,
    ...(order.billingAddress === undefined ? {} : { billingAddress: order.billingAddress }),
    ...(order.hold && scope.everything ? { hold: presentHold(order.hold) } : {}),
    ...(order.anonymisedAt === undefined ? {} : { anonymisedAt: order.anonymisedAt }),
    version: order.version,
    placedAt: order.placedAt,
    updatedAt: order.updatedAt,
    ...(accessToken === undefined ? {} : { accessToken }),
  };
}

/** The vendor whose part is all that the scope shows of the order; undefined when it shows the whole. */
export function seesOnlyVendor(order: Pick<ShownOrder, 'id' | 'customerId'>, scope: Scope): string | undefined {
  if (scope.everything || scope.orderId === order.id) return undefined;
  if (scope.customerId !== undefined && scope.customerId === order.customerId) return undefined;
  return scope.vendorId;
}

/** A vendor's part: no other vendor, no payment, no e-mail, and the status is that of the part. */
function presentVendorView(order: ShownOrder, vendorId: string): OrderDto {
  const own = order.vendorOrders.filter((vendorOrder) => vendorOrder.vendorId === vendorId);
  return {
    id: order.id,
    number: order.number,
    status: orderStatus(own.map((vendorOrder) => vendorOrder.status)),
    currency: order.currency,
    vendorOrders: own.map((vendorOrder) => presentVendorOrder(vendorOrder, order.currency)),
    totals: presentTotals(own, order.currency),
    shippingAddress: order.shippingAddress,
    ...(order.hold ? { hold: presentHold(order.hold) } : {}),
    ...(order.anonymisedAt === undefined ? {} : { anonymisedAt: order.anonymisedAt }),
    version: order.version,
    placedAt: order.placedAt,
    updatedAt: order.updatedAt,
  };
}

function presentHold({ reason, by, at }: Hold): HoldDto {
  return { reason, by, at };
}

function presentVendorOrder(vendorOrder: VendorOrder, currency: string): VendorOrderDto {
  const totals = vendorOrderTotals(vendorOrder);
  return {
    vendorId: vendorOrder.vendorId,
    status: vendorOrder.status,
    items: vendorOrder.lines.map((line) => presentLine(line, currency)),
    totals: {
      ...components(totals, currency),
      grandTotal: money(totals.grandTotal, currency),
      cancelled: money(totals.cancelled, currency),
      commission: money(totals.commission, currency),
      payout: money(totals.payout, currency),
      refunded: money(totals.refunded, currency),
    },
    shipments: vendorOrder.shipments.map(presentShipment),
    cancellations: vendorOrder.cancellations.map((each) => presentCancellation(each, currency)),
    returns: vendorOrder.returns.map(presentReturn),
    refunds: vendorOrder.refunds.map((each) => presentRefund(each, currency)),
    ...(vendorOrder.overdueSince === undefined ? {} : { overdueSince: vendorOrder.overdueSince }),
    ...(vendorOrder.payoutEligibleAt === undefined ? {} : { payoutEligibleAt: vendorOrder.payoutEligibleAt }),
  };
}

function presentLine(line: OrderLine, currency: string): OrderLineDto {
  return {
    sku: line.sku,
    name: line.name,
    quantity: line.quantity,
    unitPrice: money(line.unitPriceMinor, currency),
    lineTotal: money(line.amounts.items, currency),
    discount: money(line.amounts.discount, currency),
    ...(line.discountFundedBy === undefined ? {} : { discountFundedBy: line.discountFundedBy }),
    shipping: money(line.amounts.shipping, currency),
    tax: money(line.amounts.tax, currency),
    cancelledQuantity: line.cancelledQuantity,
    shippedQuantity: line.shippedQuantity,
    deliveredQuantity: line.deliveredQuantity,
    returnedQuantity: line.returnedQuantity,
    refundedQuantity: line.refundedQuantity,
  };
}

function presentShipment(shipment: Shipment): ShipmentDto {
  return {
    id: shipment.id,
    status: shipment.status,
    ...(shipment.carrier === undefined ? {} : { carrier: shipment.carrier }),
    ...(shipment.trackingNumber === undefined ? {} : { trackingNumber: shipment.trackingNumber }),
    ...(shipment.trackingUrl === undefined ? {} : { trackingUrl: shipment.trackingUrl }),
    items: shipment.items.map(({ sku, quantity }) => ({ sku, quantity })),
    shippedAt: shipment.shippedAt,
    ...(shipment.deliveredAt === undefined ? {} : { deliveredAt: shipment.deliveredAt }),
  };
}

function presentTotals(vendorOrders: readonly VendorOrder[], currency: string): OrderDto['totals'] {
  const totals = orderTotals(vendorOrders);
  return {
    ...components(totals, currency),
    grandTotal: money(totals.grandTotal, currency),
    cancelled: money(totals.cancelled, currency),
    refunded: money(totals.refunded, currency),
  };
}

function presentPayment(order: ShownOrder): PaymentDto {
  const { tenders, status } = order.payment;
  const total = (figure: (tender: Tender) => number): Money => money(sumOf(tenders, figure), order.currency);
  const expiresAt = authorizationExpiresAt(order);
  const { expiryFlaggedAt } = order.payment;
  const action = tenders.find((tender) => tender.status === 'requires_action' && tender.redirectUrl !== undefined);
  return {
    status,
    authorized: total((tender) => tender.authorizedMinor - tender.voidedMinor),
    captured: total((tender) => tender.capturedMinor),
    refunded: total((tender) => tender.refundedMinor),
    ...(action?.redirectUrl === undefined ? {} : { nextAction: { type: 'redirect', url: action.redirectUrl } }),
    ...(expiresAt === undefined ? {} : { authorizationExpiresAt: expiresAt }),
    ...(expiresAt === undefined || expiryFlaggedAt === undefined
      ? {}
      : { authorizationExpiringSince: expiryFlaggedAt }),
    tenders: tenders.map((tender) => presentTender(tender, order.currency)),
  };
}

function presentTender(tender: Tender, currency: string): TenderDto {
  return {
    id: tender.id,
    status: tender.status,
    amount: money(tender.amountMinor, currency),
    authorized: money(tender.authorizedMinor - tender.voidedMinor, currency),
    captured: money(tender.capturedMinor, currency),
    refunded: money(tender.refundedMinor, currency),
    ...(tender.reason === undefined ? {} : { reason: tender.reason }),
  };
}
