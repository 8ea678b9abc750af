/** Where an order ends, by the status that the data set gives it. */
export const TARGET_STATUSES = ['confirmed', 'processing', 'shipped', 'delivered', 'cancelled'] as const;
export type TargetStatus = (typeof TARGET_STATUSES)[number];

const TARGETS: ReadonlyMap<string, TargetStatus> = new Map([
  ['approved', 'confirmed'],
  ['invoiced', 'processing'],
  ['processing', 'processing'],
  ['shipped', 'shipped'],
  ['delivered', 'delivered'],
  ['canceled', 'cancelled'],
  ['unavailable', 'cancelled'],
]);

/** The order status that stands for a status of the data set, or `undefined` where there is none (`created`). */
export function targetStatus(dataStatus: string): TargetStatus | undefined {
  return TARGETS.get(dataStatus);
}

/** What a vendor still has to ask of a vendor order to bring it to where the data says. */
const MOVES: Record<TargetStatus, ReadonlyMap<string, readonly TargetStatus[]>> = {
  confirmed: new Map([['confirmed', []]]),
  processing: new Map<string, TargetStatus[]>([
    ['confirmed', ['processing']],
    ['processing', []],
  ]),
  shipped: new Map<string, TargetStatus[]>([
    ['confirmed', ['shipped']],
    ['processing', ['shipped']],
    ['partially_shipped', ['shipped']],
    ['shipped', []],
  ]),
  delivered: new Map<string, TargetStatus[]>([
    ['confirmed', ['shipped', 'delivered']],
    ['processing', ['shipped', 'delivered']],
    ['partially_shipped', ['shipped', 'delivered']],
    ['shipped', ['delivered']],
    ['partially_delivered', ['delivered']],
    ['delivered', []],
  ]),
  cancelled: new Map<string, TargetStatus[]>([
    ['confirmed', ['cancelled']],
    ['processing', ['cancelled']],
    ['cancelled', []],
  ]),
};

/**
 * The moves that a vendor order still needs, in order; none when it is there. `undefined` when there is no way from its
 * status to the target, because someone else has moved it on.
 */
export function missingMoves(vendorOrderStatus: string, target: TargetStatus): readonly TargetStatus[] | undefined {
  return MOVES[target].get(vendorOrderStatus);
}
