import type { OrderStatus, ReturnStatus, ShipmentStatus } from '../../orders/domain/status.js';
import type { VendorOrder } from '../../orders/domain/order.js';
import type { StepName } from './browser/snapshot.js';

export const STATUS_TEXTS: Readonly<Record<OrderStatus, string>> = {
  pending: 'Order received',
  confirmed: 'Confirmed',
  processing: 'Being prepared',
  partially_shipped: 'Partly on its way',
  shipped: 'On its way',
  partially_delivered: 'Partly delivered',
  delivered: 'Delivered',
  returned: 'Returned',
  cancelled: 'Cancelled',
  payment_failed: 'Not completed',
};

export const STEP_TEXTS: Readonly<Record<StepName, string>> = {
  ordered: 'Ordered',
  confirmed: 'Confirmed',
  processing: 'In preparation',
  shipped: 'Shipped',
  delivered: 'Delivered',
  returned: 'Returned',
  cancelled: 'Cancelled',
};

export const PARCEL_TEXTS: Readonly<Record<ShipmentStatus, string>> = {
  in_transit: 'On its way',
  delivered: 'Delivered',
  lost: 'Lost by the carrier',
};

export const RETURN_TEXTS: Readonly<Record<ReturnStatus, string>> = {
  requested: 'Asked for',
  approved: 'Approved',
  received: 'Received by the seller',
  refunded: 'Completed',
  rejected: 'Declined by the seller',
};

const ORDER_STEPS: Readonly<Record<OrderStatus, string>> = {
  pending: 'The order is being checked and will be confirmed after that.',
  confirmed: 'The sellers will start to prepare the items.',
  processing: 'The items are being prepared. Next, they are handed to a carrier.',
  partially_shipped: 'Some of the items are on their way. The others follow.',
  shipped: 'Everything is on its way. Next, the carriers deliver it.',
  partially_delivered: 'Some of the items have arrived. The others are still on their way.',
  delivered: 'Everything has arrived. Nothing more will be sent.',
  returned: 'Everything that had arrived was sent back. Nothing more will be sent.',
  cancelled: 'The order was cancelled. Nothing will be sent.',
  payment_failed: 'The order could not be completed. Nothing will be sent.',
};

/** What to expect next of an order as a whole. */
export function nextStepOfOrder(status: OrderStatus, vendorOrders: readonly VendorOrder[]): string {
  const live = vendorOrders.filter((vendorOrder) => vendorOrder.status !== 'cancelled');
  const [only] = live.length > 0 ? live : vendorOrders;
  const next = only && live.length <= 1 && status !== 'cancelled' ? nextStepOf(status, only) : ORDER_STEPS[status];
  const isPartlyCancelled = live.length > 0 && live.length < vendorOrders.length;
  return isPartlyCancelled ? `${next} The rest of the order was cancelled.` : next;
}

/** What to expect next of one vendor's part of an order. */
export function nextStepOf(orderStatus: OrderStatus, vendorOrder: VendorOrder): string {
  if (orderStatus === 'payment_failed') return ORDER_STEPS.payment_failed;
  switch (vendorOrder.status) {
    case 'pending':
      return ORDER_STEPS.pending;
    case 'confirmed':
      return 'The seller will start to prepare the items.';
    case 'processing':
      return 'The seller is preparing the items. Next, they are handed to a carrier.';
    case 'cancelled':
      return 'Nothing will be sent.';
    case 'returned':
      return ORDER_STEPS.returned;
    case 'delivered':
      return nextStepOfDelivered(vendorOrder);
    default:
      return nextStepOnTheWay(vendorOrder);
  }
}

function nextStepOnTheWay({ status, shipments }: VendorOrder): string {
  const onTheWay = shipments.filter((shipment) => shipment.status === 'in_transit').length;
  const lost = shipments.some((shipment) => shipment.status === 'lost')
    ? ' A parcel was lost by the carrier; the seller knows of it.'
    : '';
  if (status === 'partially_shipped')
    return `${sentOf(onTheWay, shipments.length)} The seller will send the rest.${lost}`;
  if (onTheWay === 0) return lost.trim();
  const arrived = status === 'partially_delivered' ? 'Some of the items have arrived. ' : '';
  const rest = onTheWay === 1 ? 'A parcel is on its way.' : `${onTheWay} parcels are on their way.`;
  return `${arrived}${rest} Next, the carrier delivers ${onTheWay === 1 ? 'it' : 'them'}.${lost}`;
}

/** What has become of the parcels that have left, while there is still something to send. */
function sentOf(onTheWay: number, parcels: number): string {
  if (onTheWay === 0) return 'What has been sent so far is no longer on its way.';
  return parcels === 1 ? 'A first parcel is on its way.' : 'Some of the items are on their way.';
}

function nextStepOfDelivered({ returns }: VendorOrder): string {
  const has = (status: ReturnStatus): boolean => returns.some((each) => each.status === status);
  if (has('approved')) return 'A return was approved: the items can be sent back to the seller.';
  if (has('requested')) return 'A return was asked for. The seller will answer.';
  if (has('received')) return 'The seller has the returned items and completes the return.';
  return ORDER_STEPS.delivered;
}
