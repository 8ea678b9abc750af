import {
  CART_SUBJECTS,
  CATALOG_SUBJECTS,
  INVENTORY_SUBJECTS,
  ORDER_SUBJECTS,
  PAYMENT_SUBJECTS,
} from '@marketplace/contracts';

/** A request over NATS with its answer. The names are those of schemas. */
export interface RequestContract {
  operation: string;
  subject: string;
  request: string;
  reply: string;
  summary: string;
}

/** What the Order Service answers; the same as over HTTP, with what stands in the path there in the body. */
export const SERVED: readonly RequestContract[] = [
  served('createOrder', ORDER_SUBJECTS.create, 'CreateOrder', 'Order', 'Places an order'),
  served('getOrder', ORDER_SUBJECTS.get, 'OrderRequest', 'Order', 'An order'),
  served('listOrders', ORDER_SUBJECTS.list, 'OrdersQuery', 'OrderSummaryPage', 'Orders in short, newest first'),
  served('updateOrder', ORDER_SUBJECTS.updateStatus, 'UpdateOrderRequest', 'Order', 'Moves an order, or a part of it'),
  served('cancelOrder', ORDER_SUBJECTS.cancel, 'CancelOrderRequest', 'Order', 'Cancels units that have not left'),
  served('shipOrder', ORDER_SUBJECTS.ship, 'ShipOrderRequest', 'Order', 'Ships units'),
  served('refundOrder', ORDER_SUBJECTS.refund, 'RefundOrderRequest', 'Order', 'Gives money back'),
  served('getTimeline', ORDER_SUBJECTS.timeline, 'TimelineRequest', 'Timeline', 'The events of an order'),
  served('getCart', CART_SUBJECTS.get, 'CartPath', 'Cart', 'A cart'),
  served('addCartItem', CART_SUBJECTS.addItem, 'AddItemRequest', 'Cart', 'Adds units of a product to a cart'),
];

/** What the Order Service asks of the others. Each request may come twice; its key or operation id is then the same. */
export const MADE: readonly RequestContract[] = [
  served('quote', CATALOG_SUBJECTS.quote, 'QuoteRequest', 'QuoteReply', 'Prices of products, as they are now'),
  served('reserveStock', INVENTORY_SUBJECTS.reserve, 'StockRequest', 'ReserveReply', 'Holds units for an order'),
  served('commitStock', INVENTORY_SUBJECTS.commit, 'StockRequest', 'StockReply', 'Units have left for good'),
  served('releaseStock', INVENTORY_SUBJECTS.release, 'StockRequest', 'StockReply', 'Units are free again'),
  served('authorizePayment', PAYMENT_SUBJECTS.authorize, 'AuthorizeRequest', 'AuthorizeReply', 'Holds money'),
  served('capturePayment', PAYMENT_SUBJECTS.capture, 'MovePaymentRequest', 'MovePaymentReply', 'Takes held money'),
  served('voidPayment', PAYMENT_SUBJECTS.void, 'VoidRequest', 'MovePaymentReply', 'Gives up held money'),
  served('refundPayment', PAYMENT_SUBJECTS.refund, 'MovePaymentRequest', 'MovePaymentReply', 'Gives money back'),
  served('getPayment', PAYMENT_SUBJECTS.get, 'GetPaymentRequest', 'GetPaymentReply', 'What became of a payment'),
];

function served(operation: string, subject: string, request: string, reply: string, summary: string): RequestContract {
  return { operation, subject, request, reply, summary };
}
