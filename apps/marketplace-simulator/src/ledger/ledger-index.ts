import type { LedgerEntry, LedgerReply, LedgerRequest } from '@marketplace/contracts';
import type { JournalRecord, Operation } from './journal-record.js';

const PAGE_ENTRIES = 500;
/** Half of what a NATS server lets through by default. */
const PAGE_CHARACTERS = 512 * 1024;

interface StoredEntry {
  operation: Operation;
  entry: Omit<LedgerEntry, 'asked'>;
}

const STOCK_KINDS = {
  'stock.reserved': ['reserve', 'reservation'],
  'stock.committed': ['commit', 'commit'],
  'stock.released': ['release', 'release'],
} as const;

/** A cursor that no page of the ledger ever gave. */
export class InvalidCursorError extends Error {
  override readonly name = 'InvalidCursorError';
}

/** Everything that was accepted, by sequence and by order, with the number of times each key was asked. */
export class LedgerIndex {
  private readonly entries: StoredEntry[] = [];
  private readonly byOrder = new Map<string, StoredEntry[]>();
  private readonly asked = new Map<string, number>();

  get size(): number {
    return this.entries.length;
  }

  /** Counts a record's key, and keeps an entry when the record is one of something accepted. */
  apply(record: Exclude<JournalRecord, { type: 'catalog.loaded' | 'events.published' }>): void {
    const operation = operationOf(record);
    // The settlement of an authorization is not another request for it.
    if (record.type !== 'authorization.settled') {
      const name = `${operation}:${record.key}`;
      this.asked.set(name, (this.asked.get(name) ?? 0) + 1);
    }
    const entry = entryOf(record);
    if (!entry) return;
    const stored = { operation, entry: { sequence: this.entries.length + 1, ...entry } };
    this.entries.push(stored);
    if (entry.orderId === undefined) return;
    const ofOrder = this.byOrder.get(entry.orderId);
    if (ofOrder) ofOrder.push(stored);
    else this.byOrder.set(entry.orderId, [stored]);
  }

  /** @throws InvalidCursorError */
  page(request: LedgerRequest): LedgerReply {
    const all = request.orderId === undefined ? this.entries : (this.byOrder.get(request.orderId) ?? []);
    const from = request.cursor === undefined ? 0 : Number(request.cursor);
    if (!Number.isSafeInteger(from) || from < 0)
      throw new InvalidCursorError('the cursor was not issued by sim.ledger');
    const entries: LedgerEntry[] = [];
    let characters = 0;
    for (let index = from; index < all.length && entries.length < PAGE_ENTRIES; index += 1) {
      const { operation, entry } = all[index] as StoredEntry;
      const whole: LedgerEntry = { ...entry, asked: this.asked.get(`${operation}:${entry.key}`) ?? 1 };
      characters += JSON.stringify(whole).length;
      if (characters > PAGE_CHARACTERS && entries.length > 0) break;
      entries.push(whole);
    }
    const next = from + entries.length;
    return { entries, nextCursor: next < all.length ? String(next) : null };
  }
}

type KeyedRecord = Parameters<LedgerIndex['apply']>[0];

function operationOf(record: KeyedRecord): Operation {
  switch (record.type) {
    case 'authorization.opened':
    case 'authorization.settled':
      return 'authorize';
    case 'authorization.barred':
      return 'void';
    case 'stock.refused':
      return 'reserve';
    case 'stock.reserved':
    case 'stock.committed':
    case 'stock.released':
      return STOCK_KINDS[record.type][0];
    case 'notification.received':
      return 'notify';
    case 'payment.moved':
    case 'payment.refused':
    case 'asked':
    default:
      return record.operation;
  }
}

function entryOf(record: KeyedRecord): Omit<LedgerEntry, 'asked' | 'sequence'> | undefined {
  switch (record.type) {
    case 'authorization.opened':
    case 'authorization.settled':
      if (record.status !== 'authorized' && record.status !== 'declined') return undefined;
      return { kind: record.status === 'authorized' ? 'authorization' : 'decline', ...paymentPart(record) };
    case 'payment.moved':
      return { kind: record.operation, ...paymentPart(record) };
    case 'authorization.barred':
      return { kind: 'void', time: record.at, paymentId: record.paymentId, key: record.key };
    case 'stock.committed':
      return record.items.length > 0 ? stockPart(record) : undefined;
    case 'stock.reserved':
    case 'stock.released':
      return stockPart(record);
    case 'notification.received': {
      const { at: time, key, template, recipient, orderId } = record;
      return { kind: 'notification', time, ...(orderId === undefined ? {} : { orderId }), key, template, recipient };
    }
    case 'payment.refused':
    case 'stock.refused':
    case 'asked':
    default:
      return undefined;
  }
}

function paymentPart(record: Extract<KeyedRecord, { tenderId: string }>) {
  const { at, orderId, tenderId, paymentId, key, amount } = record;
  return { time: at, orderId, tenderId, paymentId, key, amount };
}

function stockPart(record: Extract<KeyedRecord, { type: keyof typeof STOCK_KINDS }>) {
  const kind = STOCK_KINDS[record.type][1];
  // A reservation is named by its order.
  return { kind, time: record.at, orderId: record.reservationId, key: record.key, items: record.items };
}
