import { newsOf } from './news.js';
import type { TrackedVendorOrder, TrackingSnapshot } from './snapshot.js';

const part = (vendorId: string, statusText: string): TrackedVendorOrder => ({
  vendorId,
  status: 'x',
  statusText,
  nextStep: `Next after ${statusText}.`,
  steps: [],
  items: [],
  parcels: [],
  cancellations: [],
  returns: [],
});
const snapshot = (...vendorOrders: TrackedVendorOrder[]): TrackingSnapshot => ({
  number: '7K2M-9QXT-4BC',
  status: 'x',
  statusText: vendorOrders[0]?.statusText ?? '',
  nextStep: vendorOrders[0]?.nextStep ?? '',
  placedAt: '2026-03-01T12:00:00.000Z',
  updatedAt: '2026-03-01T12:00:00.000Z',
  vendorOrders,
});

describe('what is said aloud of a change', () => {
  it('is nothing where nothing has changed', () => {
    expect(newsOf(snapshot(part('v1', 'Shipped')), snapshot(part('v1', 'Shipped')))).toBeUndefined();
    const two = snapshot(part('v1', 'Shipped'), part('v2', 'Confirmed'));
    expect(newsOf(two, two)).toBeUndefined();
  });

  it('is the new status, and what to expect', () => {
    expect(newsOf(snapshot(part('v1', 'Confirmed')), snapshot(part('v1', 'Shipped')))).toBe(
      'Shipped. Next after Shipped.',
    );
  });

  it('is that of the parts that have changed', () => {
    const [before, after] = [part('v2', 'Confirmed'), part('v2', 'Cancelled')];
    expect(newsOf(snapshot(part('v1', 'Shipped'), before), snapshot(part('v1', 'Shipped'), after))).toBe(
      'From v2: Cancelled. Next after Cancelled.',
    );
  });
});
