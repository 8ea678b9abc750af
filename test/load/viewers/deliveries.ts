import type { EventReader } from '../../support/event-reader.js';

/** An event as a viewer was given it. */
export interface Delivery {
  readonly sequence: number;
  /** When it came, and when the change was made that it tells of: milliseconds since the epoch. */
  readonly at: number;
  readonly madeAt: number;
}

/** How what one viewer was given differs from what the order's history holds. */
export interface Faults {
  missed: number;
  doubled: number;
  outOfOrder: number;
}

export function deliveriesTo({ numbered }: Pick<EventReader, 'numbered'>): Delivery[] {
  return numbered.map(({ id, at, data }) => ({ sequence: Number(id), at, madeAt: Date.parse(String(data['at'])) }));
}

/** @param last the history is 1, 2, 3 ... up to this sequence */
export function faultsOf(deliveries: readonly Pick<Delivery, 'sequence'>[], last: number): Faults {
  const seen = new Set<number>();
  let doubled = 0;
  let outOfOrder = 0;
  let latest = 0;
  for (const { sequence } of deliveries) {
    if (seen.has(sequence)) doubled += 1;
    else if (sequence < latest) outOfOrder += 1;
    seen.add(sequence);
    latest = Math.max(latest, sequence);
  }
  const missed = Array.from({ length: last }, (_, index) => index + 1).filter((sequence) => !seen.has(sequence)).length;
  return { missed, doubled, outOfOrder };
}

export function added(all: readonly Faults[]): Faults {
  const sum: Faults = { missed: 0, doubled: 0, outOfOrder: 0 };
  for (const { missed, doubled, outOfOrder } of all) {
    sum.missed += missed;
    sum.doubled += doubled;
    sum.outOfOrder += outOfOrder;
  }
  return sum;
}
