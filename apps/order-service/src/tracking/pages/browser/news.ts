import type { TrackedVendorOrder, TrackingSnapshot } from './snapshot.js';

/** What is to be said aloud of a change; undefined when nothing has changed that is worth a word. */
export function newsOf(before: TrackingSnapshot, after: TrackingSnapshot): string | undefined {
  if (after.vendorOrders.length === 1)
    return isSame(before, after) ? undefined : `${after.statusText}. ${after.nextStep}`;
  const changed = after.vendorOrders.filter((part, index) => !isSame(before.vendorOrders[index], part));
  if (changed.length === 0) return undefined;
  return changed.map(({ vendorId, statusText, nextStep }) => `From ${vendorId}: ${statusText}. ${nextStep}`).join(' ');
}

function isSame(
  before: Pick<TrackedVendorOrder, 'statusText' | 'nextStep'> | undefined,
  after: Pick<TrackedVendorOrder, 'statusText' | 'nextStep'>,
): boolean {
  return before?.statusText === after.statusText && before.nextStep === after.nextStep;
}
