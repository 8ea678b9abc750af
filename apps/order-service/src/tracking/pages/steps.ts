import { sumOf } from '@marketplace/domain';
import type { OrderEventType } from '@marketplace/contracts';
import type { HistoryEntry, Order, VendorOrder } from '../../orders/domain/order.js';
import type { VendorOrderStatus } from '../../orders/domain/status.js';
import type { StepName, TrackingStep } from './browser/snapshot.js';
import { STEP_TEXTS } from './words.js';

interface Reached {
  readonly name: StepName;
  readonly at: Date | undefined;
  readonly isPartial?: boolean;
}

/** The way of what has not been cancelled. */
const WAY = ['ordered', 'confirmed', 'processing', 'shipped', 'delivered'] as const satisfies readonly StepName[];

/** How far along the way a vendor order has come; a step that is only partly made comes after it. */
const PLACE: Readonly<Record<Exclude<VendorOrderStatus, 'cancelled'>, number>> = {
  pending: 1,
  confirmed: 2,
  processing: 3,
  partially_shipped: 3,
  shipped: 4,
  partially_delivered: 4,
  delivered: 5,
  returned: 5,
};

/** The way of one vendor's part of an order, as far as it has come and as it is to go on. */
export function stepsOf(order: Order, vendorOrder: VendorOrder): TrackingStep[] {
  const reached = reachedSteps(order, vendorOrder);
  const steps = reached.map(({ name, at, isPartial = false }, index): TrackingStep => ({
    name,
    text: isPartial ? `Partly ${STEP_TEXTS[name].toLowerCase()}` : STEP_TEXTS[name],
    state: isPartial ? 'partial' : 'done',
    isCurrent: index === reached.length - 1,
    ...(at === undefined ? {} : { at: at.toISOString() }),
  }));
  if (vendorOrder.status === 'cancelled') return steps;
  const names = new Set(steps.map(({ name }) => name));
  const upcoming = WAY.filter((name) => !names.has(name));
  return [
    ...steps,
    ...upcoming.map((name): TrackingStep => ({ name, text: STEP_TEXTS[name], state: 'upcoming', isCurrent: false })),
  ];
}

function reachedSteps(order: Order, vendorOrder: VendorOrder): Reached[] {
  const times = timesOf(order, vendorOrder);
  if (vendorOrder.status === 'cancelled') {
    const before = (['ordered', 'confirmed', 'processing'] as const).filter((name) => times[name] !== undefined);
    return [...before, 'cancelled' as const].map((name) => ({ name, at: times[name] }));
  }
  const reached: Reached[] = WAY.slice(0, PLACE[vendorOrder.status]).map((name) => ({ name, at: times[name] }));
  if (vendorOrder.status === 'partially_shipped') reached.push({ name: 'shipped', at: times.shipped, isPartial: true });
  if (isPartlyDelivered(vendorOrder)) reached.push({ name: 'delivered', at: times.delivered, isPartial: true });
  if (vendorOrder.status === 'returned') reached.push({ name: 'returned', at: times.returned });
  return reached;
}

/** A parcel may have arrived while others have not even left. */
function isPartlyDelivered({ status, lines }: VendorOrder): boolean {
  if (status !== 'partially_shipped' && status !== 'partially_delivered') return false;
  return lines.some((line) => line.deliveredQuantity > 0);
}

function timesOf(order: Order, vendorOrder: VendorOrder): Record<StepName, Date | undefined> {
  const { vendorId, shipments, returns, confirmedAt, deliveredAt } = vendorOrder;
  const ofVendor = (type: OrderEventType): Date | undefined =>
    lastEntry(order, (entry) => entry.type === type && entry.vendorId === vendorId)?.at;
  return {
    ordered: order.placedAt,
    confirmed: confirmedAt,
    processing: ofVendor('processing'),
    shipped: latest(shipments.map(({ shippedAt }) => shippedAt)),
    delivered: deliveredAt ?? latest(shipments.map((shipment) => shipment.deliveredAt)),
    returned: ofVendor('returned') ?? latest(returns.map(({ updatedAt }) => updatedAt)),
    cancelled: cancelledAt(order, vendorOrder),
  };
}

/** The last cancellation has left nothing; where units were not cancelled by anybody, the order has ended without them. */
function cancelledAt(order: Order, { cancellations, lines }: VendorOrder): Date | undefined {
  const units = sumOf(lines, ({ quantity }) => quantity);
  const cancelled = sumOf(cancellations, ({ items }) => sumOf(items, ({ quantity }) => quantity));
  const last = latest(cancellations.map(({ at }) => at));
  if (cancelled === units) return last;
  return lastEntry(order, ({ type }) => type === 'expired' || type === 'payment-declined')?.at ?? last;
}

function lastEntry({ history }: Order, fits: (entry: HistoryEntry) => boolean): HistoryEntry | undefined {
  return history.findLast(fits);
}

/** The latest of some instants, as far as there are any. */
export function latest(instants: readonly (Date | undefined)[]): Date | undefined {
  const known = instants.flatMap((at) => (at === undefined ? [] : [at.getTime()]));
  return known.length === 0 ? undefined : new Date(Math.max(...known));
}
