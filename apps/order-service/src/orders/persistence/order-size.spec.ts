import { randomUUID } from 'node:crypto';
import mongoose from 'mongoose';
import { SYSTEM, type AuditHead } from '../domain/order.js';
import { confirmedOrder } from '../domain/order-fixtures.spec-support.js';
import { sealed } from './audit-chain.js';
import { storedBytes } from './order-size.js';

const { calculateObjectSize } = mongoose.mongo.BSON;
const ORIGIN = { transport: 'internal', operation: 'orders.update-shipment', address: '2001:db8::1' } as const;

describe('the size of an order', () => {
  it('is reckoned with its audit chain, and never as less than the document has', () => {
    const order = { ...confirmedOrder(), id: randomUUID(), changedBy: { ...SYSTEM, id: 'a'.repeat(128) } };
    const audit = [];
    const auditSalts = [];
    let head: AuditHead | undefined;
    for (let version = 1; version <= 1_000; version += 1) {
      const next = sealed(head, { ...order, version }, order.history, ORIGIN, new Date());
      audit.push(next.entry);
      auditSalts.push(next.salts);
      ({ head } = next);
    }
    const stored = head ? { ...order, auditHead: head } : order;
    const actual = calculateObjectSize({ ...stored, audit, auditSalts });
    expect(storedBytes(stored)).toBeGreaterThanOrEqual(actual);
    expect(storedBytes(stored)).toBeLessThan(2 * actual);
  });
});
