import type { ReserveReply, StockReply, StockRequest } from '@marketplace/contracts';
import type {
  CatalogLoaded,
  ReservationRefused,
  StockCommitted,
  StockItem,
  StockReleased,
  StockReserved,
} from '../ledger/journal-record.js';

/** What a quote says is left of a product whose stock is not counted. */
export const UNLIMITED_UNITS = 1_000_000;

export type StockRecord = StockReserved | ReservationRefused | StockCommitted | StockReleased;

interface Reservation {
  held: Map<string, number>;
  /** Nothing is held any more, or was released before it came: no reserve may follow. */
  closed: boolean;
}

/**
 * Stock and reservations. Decisions are made from the state and given as records; applying the records, now or after a
 * restart, makes the state. Units left + units held = units put in stock.
 */
export class StockBook {
  /** Units left of the products whose stock is counted. */
  private readonly left = new Map<string, number>();
  private readonly reservations = new Map<string, Reservation>();
  private readonly answers = new Map<string, ReserveReply | StockReply>();

  /** @param sells whether the catalog knows a sku */
  constructor(
    private readonly sells: (sku: string) => boolean,
    products: CatalogLoaded['products'],
  ) {
    this.load(products);
  }

  /** Products come with the units that can be had from now on; reserved ones are not touched. */
  load(products: CatalogLoaded['products']): void {
    for (const { sku, stock } of products) {
      if (stock === undefined) this.left.delete(sku);
      else this.left.set(sku, stock);
    }
  }

  available(sku: string): number {
    return this.sells(sku) ? (this.left.get(sku) ?? UNLIMITED_UNITS) : 0;
  }

  /** Units of a reservation that are held, committed or not. */
  held(reservationId: string): StockItem[] {
    const held = this.reservations.get(reservationId)?.held ?? new Map<string, number>();
    return [...held].map(([sku, quantity]) => ({ sku, quantity }));
  }

  /** What an operation was answered the first time it was asked, if it was. */
  answerTo(operation: 'reserve' | 'commit' | 'release', operationId: string): ReserveReply | StockReply | undefined {
    return this.answers.get(`${operation}:${operationId}`);
  }

  /** All or nothing. A reservation that was released, even before it came, is refused with nothing short. */
  decideReserve(request: StockRequest, at: string): StockReserved | ReservationRefused {
    const { operationId: key, reservationId } = request;
    const items = [...unitsBySku(request.items)].map(([sku, quantity]) => ({ sku, quantity }));
    const closed = this.reservations.get(reservationId)?.closed === true;
    const short = items
      .filter(({ sku, quantity }) => !this.sells(sku) || quantity > (this.left.get(sku) ?? Infinity))
      .map(({ sku }) => ({ sku, available: this.available(sku) }));
    if (closed) return { type: 'stock.refused', at, key, reservationId, short: [] };
    if (short.length > 0) return { type: 'stock.refused', at, key, reservationId, short };
    return { type: 'stock.reserved', at, key, reservationId, items };
  }

  decideCommit({ operationId: key, reservationId }: StockRequest, at: string): StockCommitted {
    return { type: 'stock.committed', at, key, reservationId, items: this.held(reservationId) };
  }

  /** Gives back the units named, or all when none are, and never more than are held. */
  decideRelease({ operationId: key, reservationId, items }: StockRequest, at: string): StockReleased {
    const held = this.held(reservationId);
    const asked = unitsBySku(items);
    const released =
      items.length === 0
        ? held
        : held.map(({ sku, quantity }) => ({ sku, quantity: Math.min(quantity, asked.get(sku) ?? 0) }));
    return { type: 'stock.released', at, key, reservationId, items: released.filter(({ quantity }) => quantity > 0) };
  }

  apply(record: StockRecord): void {
    switch (record.type) {
      case 'stock.reserved':
        this.move(record.reservationId, record.items, 1);
        this.answers.set(`reserve:${record.key}`, { status: 'reserved', short: [] });
        return;
      case 'stock.refused':
        this.answers.set(`reserve:${record.key}`, { status: 'rejected', short: record.short });
        return;
      case 'stock.committed':
        // A reservation that holds nothing any more was released: that is what the caller has to know.
        this.answers.set(`commit:${record.key}`, { status: record.items.length > 0 ? 'committed' : 'released' });
        return;
      case 'stock.released': {
        const reservation = this.move(record.reservationId, record.items, -1);
        reservation.closed = reservation.held.size === 0;
        this.answers.set(`release:${record.key}`, { status: 'released' });
        return;
      }
    }
  }

  private move(reservationId: string, items: readonly StockItem[], direction: 1 | -1): Reservation {
    const reservation = this.reservations.get(reservationId) ?? { held: new Map<string, number>(), closed: false };
    this.reservations.set(reservationId, reservation);
    for (const { sku, quantity } of items) {
      const left = this.left.get(sku);
      if (left !== undefined) this.left.set(sku, left - direction * quantity);
      const held = (reservation.held.get(sku) ?? 0) + direction * quantity;
      if (held > 0) reservation.held.set(sku, held);
      else reservation.held.delete(sku);
    }
    return reservation;
  }
}

function unitsBySku(items: readonly StockItem[]): Map<string, number> {
  const units = new Map<string, number>();
  for (const { sku, quantity } of items) units.set(sku, (units.get(sku) ?? 0) + quantity);
  return units;
}
