/**
 * Every expected failure of the Order Service: its stable code, HTTP status and title. Problem documents (RFC 9457) of
 * both transports are made from this table.
 */
export const PROBLEMS = {
  validation_failed: { status: 400, title: 'The request does not fit its schema' },
  malformed_json: { status: 400, title: 'The body is not JSON' },
  invalid_cursor: { status: 400, title: 'The cursor was not issued by this list' },
  unauthenticated: { status: 401, title: 'A valid token is needed' },
  payment_declined: { status: 402, title: 'The payment was declined' },
  forbidden: { status: 403, title: 'The caller may not do this' },
  not_found: { status: 404, title: 'There is no such resource' },
  method_not_allowed: { status: 405, title: 'The resource does not support this method' },
  reply_too_large: { status: 406, title: 'The reply does not fit into a message' },
  request_timeout: { status: 408, title: 'The request did not arrive in time' },
  illegal_transition: { status: 409, title: 'The status does not allow this move' },
  order_held: { status: 409, title: 'The order is on hold' },
  order_full: { status: 409, title: 'The order takes no more changes' },
  cart_not_active: { status: 409, title: 'The cart can no longer be changed' },
  price_changed: { status: 409, title: 'The price is not the expected one' },
  out_of_stock: { status: 409, title: 'Not enough units are available' },
  idempotency_in_progress: { status: 409, title: 'The first request with this key is still running' },
  refund_exceeds_captured: { status: 409, title: 'The refund is more than was captured' },
  quantity_unavailable: { status: 409, title: 'Fewer units are left than asked for' },
  version_conflict: { status: 412, title: 'The resource has changed since it was read' },
  body_too_large: { status: 413, title: 'The body is too large' },
  uri_too_long: { status: 414, title: 'The address is too long' },
  unsupported_media_type: { status: 415, title: 'The body must be application/json' },
  unknown_sku: { status: 422, title: 'The catalog does not know the product' },
  currency_mismatch: { status: 422, title: 'The currencies differ' },
  payments_do_not_add_up: { status: 422, title: 'The payments do not add up to the total' },
  idempotency_key_reused: { status: 422, title: 'The idempotency key was used for another request' },
  rate_limited: { status: 429, title: 'Too many requests' },
  headers_too_large: { status: 431, title: 'The headers are too large' },
  internal: { status: 500, title: 'Something went wrong on our side' },
  catalog_unavailable: { status: 503, title: 'The Catalog Service does not answer' },
  inventory_unavailable: { status: 503, title: 'The Inventory Service does not answer' },
  database_unavailable: { status: 503, title: 'The database does not answer' },
  keys_unavailable: { status: 503, title: 'Tokens cannot be checked at the moment' },
  overloaded: { status: 503, title: 'The service is overloaded' },
  draining: { status: 503, title: 'The service is shutting down' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

/** A problem document as it travels (RFC 9457), with the extension members this service uses. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: ProblemCode;
  detail?: string;
  instance?: string;
  /** One entry a fault, with a JSON Pointer (RFC 6901) into the body or the name of the parameter. */
  errors?: { pointer: string; detail: string }[];
  [extension: string]: unknown;
}
