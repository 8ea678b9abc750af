import type { Order } from './model.js';

const HOUR_MS = 3_600_000;

/** Ages of orders to choose from: placed within, or before, so long ago. */
export const AGES = {
  'within-hour': { label: 'Last hour', within: HOUR_MS },
  'within-day': { label: 'Last 24 hours', within: 24 * HOUR_MS },
  'within-week': { label: 'Last 7 days', within: 7 * 24 * HOUR_MS },
  'before-day': { label: 'Older than a day', before: 24 * HOUR_MS },
  'before-3-days': { label: 'Older than 3 days', before: 3 * 24 * HOUR_MS },
} as const satisfies Record<string, { label: string; within?: number; before?: number }>;

export type Age = keyof typeof AGES | '';

/** An empty one is none. */
export interface Filters {
  readonly status: string;
  readonly paymentStatus: string;
  readonly vendorId: string;
  readonly age: Age;
  /** An order's number, a buyer's e-mail address or a parcel's tracking number. */
  readonly find: string;
}

export const NO_FILTERS: Filters = { status: '', paymentStatus: '', vendorId: '', age: '', find: '' };

/** As people write it: three groups, the dashes may be missing. */
const ORDER_NUMBER = /^[0-9A-Z]{4}-?[0-9A-Z]{4}-?[0-9A-Z]{3}$/iu;

/** The query of `GET /orders`. */
export function queryOf(filters: Filters, now: number): URLSearchParams {
  const { within, before } = bounds(filters.age);
  const find = filters.find.trim();
  const given = {
    status: filters.status,
    paymentStatus: filters.paymentStatus,
    vendorId: filters.vendorId.trim(),
    from: within === undefined ? '' : new Date(now - within).toISOString(),
    to: before === undefined ? '' : new Date(now - before).toISOString(),
    ...(find === '' ? {} : { [fieldOf(find)]: find }),
  };
  return new URLSearchParams(Object.entries(given).filter(([, value]) => value !== ''));
}

/**
 * Whether an order that has just changed belongs to the list. What the service alone can find is asked anew, so that an order which was
 * not found before never comes in here.
 */
export function fits(order: Order, filters: Filters, now: number, wasListed: boolean): boolean {
  const vendorId = filters.vendorId.trim();
  const part = order.vendorOrders.find((each) => each.vendorId === vendorId);
  if (vendorId !== '' && !part) return false;
  if (filters.status !== '' && (part ?? order).status !== filters.status) return false;
  if (filters.paymentStatus !== '' && order.payment?.status !== filters.paymentStatus) return false;
  const { within, before } = bounds(filters.age);
  const ageMs = now - Date.parse(order.placedAt);
  if (within !== undefined && ageMs > within) return false;
  if (before !== undefined && ageMs < before) return false;
  return filters.find.trim() === '' || wasListed;
}

export function isFiltered(filters: Filters): boolean {
  return Object.values(filters).some((value) => value !== '');
}

function fieldOf(find: string): 'email' | 'number' | 'trackingNumber' {
  if (find.includes('@')) return 'email';
  return ORDER_NUMBER.test(find) ? 'number' : 'trackingNumber';
}

function bounds(age: Age): { within?: number; before?: number } {
  return age === '' ? {} : AGES[age];
}
