import { ProblemError } from '@marketplace/contracts';
import type { Order, OrderLine, Units, VendorOrder } from './order.js';

/** Some units of an order: those named, or all that can be had, of one vendor order or of every one. */
export interface UnitRequest {
  readonly vendorId?: string | undefined;
  readonly items?: readonly Units[] | undefined;
}

/** What is meant of one vendor order: units by sku, none of them zero. */
export interface Selection {
  readonly vendorId: string;
  readonly units: ReadonlyMap<string, number>;
}

/**
 * Finds the units that a request means.
 *
 * @param available how many units of a line can be had for the purpose
 * @throws ProblemError `validation_failed` for a product that is not in the order, `quantity_unavailable` with what is left
 */
export function selectUnits(
  order: Order,
  request: UnitRequest,
  available: (line: OrderLine, of: VendorOrder) => number,
): Selection[] {
  const vendorOrders = order.vendorOrders.filter(
    ({ vendorId }) => request.vendorId === undefined || vendorId === request.vendorId,
  );
  const wanted = request.items && wantedUnits(request.items, vendorOrders);
  const selections = vendorOrders.flatMap((vendorOrder) => {
    const units = new Map<string, number>();
    for (const line of vendorOrder.lines) {
      const left = available(line, vendorOrder);
      const count = wanted ? (wanted.get(line.sku) ?? 0) : left;
      if (count > left) throw unavailable(line.sku, left);
      if (count > 0) units.set(line.sku, count);
    }
    return units.size > 0 ? [{ vendorId: vendorOrder.vendorId, units }] : [];
  });
  if (selections.length === 0)
    throw new ProblemError('quantity_unavailable', 'no units are left for this', { items: [] });
  return selections;
}

export function unitsOf(selection: Selection): Units[] {
  return Array.from(selection.units, ([sku, quantity]) => ({ sku, quantity }));
}

function wantedUnits(items: readonly Units[], vendorOrders: readonly VendorOrder[]): Map<string, number> {
  const wanted = new Map<string, number>();
  items.forEach(({ sku, quantity }, index) => {
    if (!vendorOrders.some((vendorOrder) => vendorOrder.lines.some((line) => line.sku === sku))) {
      const detail = `the order has no line ${sku}`;
      throw new ProblemError('validation_failed', detail, { errors: [{ pointer: `/items/${index}/sku`, detail }] });
    }
    wanted.set(sku, (wanted.get(sku) ?? 0) + quantity);
  });
  return wanted;
}

function unavailable(sku: string, left: number): ProblemError {
  return new ProblemError('quantity_unavailable', `only ${left} units of ${sku} are left for this`, {
    items: [{ sku, available: left }],
  });
}
