import mongoose from 'mongoose';
import type { Order } from '../domain/order.js';

/** What an entry of the audit chain takes with its salts, at the most. */
const AUDIT_ENTRY_BYTES = 1_024;

/**
 * About how many bytes the order's document has. Reads leave the audit chain out, so that it is reckoned from its length.
 */
export function storedBytes(order: Order): number {
  return mongoose.mongo.BSON.calculateObjectSize(order) + (order.auditHead?.sequence ?? 0) * AUDIT_ENTRY_BYTES;
}
