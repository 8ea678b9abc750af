import type { QuotedLine } from '../../catalog-client/quoted-line.js';

export const LINE_CHANGE_KINDS = ['price', 'shipping', 'discount', 'tax', 'availability'] as const;
export type LineChangeKind = (typeof LINE_CHANGE_KINDS)[number];

/** What a new quote says differently of a line that was there before: minor units, or units for `availability`. */
export interface LineChange {
  readonly sku: string;
  readonly kind: LineChangeKind;
  readonly before: number;
  readonly after: number;
}

/** The changes that readers of a cart are shown. */
export interface NoticedChanges {
  readonly lines: readonly LineChange[];
  /** Whether the owner of the cart was the one to whom they were shown first. */
  readonly toldOwner: boolean;
}

/** Some lines and the coupons that they were quoted with. */
export interface QuotedCart {
  readonly lines: readonly QuotedLine[];
  readonly couponCodes: readonly string[];
}

const FIGURES: Record<LineChangeKind, (line: QuotedLine) => number> = {
  price: (line) => line.unitPriceMinor,
  shipping: (line) => line.amounts.shipping,
  discount: (line) => line.amounts.discount,
  tax: (line) => line.amounts.tax,
  availability: (line) => line.available,
};

/**
 * What the catalog has changed between two quotes, of the lines in both. What follows from the customer's own change is
 * no news: shipping, discount and tax count only where the vendor's lines and units and the coupons are the same in both.
 * Availability counts where it does not suffice, or did not.
 */
export function lineChanges(before: QuotedCart, after: QuotedCart): LineChange[] {
  const earlier = new Map(before.lines.map((line) => [line.sku, line]));
  const sameCoupons = before.couponCodes.toSorted().join() === after.couponCodes.toSorted().join();
  return after.lines.flatMap((line) => {
    const was = earlier.get(line.sku);
    if (!was) return [];
    const sameBasis = sameCoupons && basisOf(before.lines, was.vendorId) === basisOf(after.lines, line.vendorId);
    return LINE_CHANGE_KINDS.filter((kind) => counts(kind, was, line, sameBasis)).flatMap((kind) => {
      const [then, now] = [FIGURES[kind](was), FIGURES[kind](line)];
      return then === now ? [] : [{ sku: line.sku, kind, before: then, after: now }];
    });
  });
}

function counts(kind: LineChangeKind, was: QuotedLine, now: QuotedLine, sameBasis: boolean): boolean {
  if (kind === 'price') return true;
  if (kind === 'availability') return isShort(was) || isShort(now);
  return sameBasis;
}

/** What the vendor's shipping, discount and tax depend on. */
function basisOf(lines: readonly QuotedLine[], vendorId: string): string {
  const ofVendor = lines.filter((line) => line.vendorId === vendorId);
  return ofVendor
    .map(({ sku, quantity }) => `${sku} ${quantity}`)
    .toSorted()
    .join();
}

/** Fewer units can be had than are wanted. */
export function isShort(line: QuotedLine): boolean {
  return line.available < line.quantity;
}

/**
 * What is shown after a new quote for a reader: the changes so far and the new ones, of each figure the first `before` and
 * the last `after`. A figure that is back where it was is no change any more.
 */
export function noticedByReading(
  cart: { readonly changes?: NoticedChanges },
  changes: readonly LineChange[],
  isOwner: boolean,
): NoticedChanges {
  return {
    lines: together(cart.changes?.lines ?? [], changes),
    toldOwner: isOwner || (changes.length === 0 && (cart.changes?.toldOwner ?? true)),
  };
}

/**
 * What is shown after a change that the owner made: what that change's quote says differently. Changes that the owner has
 * been shown end here; those that came up while somebody else was reading are told now.
 */
export function noticedByChanging(
  cart: { readonly changes?: NoticedChanges },
  changes: readonly LineChange[],
  lines: readonly QuotedLine[],
): NoticedChanges {
  const untold = cart.changes?.toldOwner === false ? cart.changes.lines : [];
  const current = new Map(lines.map((line) => [line.sku, line]));
  // A figure that the owner's own change has moved on, or removed with its line, is no news any more.
  const isCurrent = ({ sku, kind, after }: LineChange): boolean => {
    const line = current.get(sku);
    return line !== undefined && FIGURES[kind](line) === after;
  };
  return { lines: together(untold, changes).filter(isCurrent), toldOwner: true };
}

function together(earlier: readonly LineChange[], later: readonly LineChange[]): LineChange[] {
  const known = new Map(earlier.map((change) => [`${change.kind} ${change.sku}`, change]));
  for (const change of later) {
    const name = `${change.kind} ${change.sku}`;
    const before = known.get(name)?.before ?? change.before;
    known.set(name, { ...change, before });
  }
  return [...known.values()].filter((change) => change.before !== change.after);
}
