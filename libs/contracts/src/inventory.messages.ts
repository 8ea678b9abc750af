/**
 * `inventory.reserve`, `inventory.commit`, `inventory.release`. Idempotent on `operationId`; a reservation is named by
 * its order. `release` may be partial and may follow a commit (units of a cancelled order go back to stock).
 */
export interface StockRequest {
  reservationId: string;
  operationId: string;
  items: { sku: string; quantity: number }[];
}

export interface ReserveReply {
  status: 'reserved' | 'rejected';
  /** The skus of which too few are left, with what could be had. */
  short: { sku: string; available: number }[];
}

export interface StockReply {
  status: 'committed' | 'released';
}
