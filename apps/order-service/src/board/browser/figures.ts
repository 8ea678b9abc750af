import type { Order } from './model.js';

export const RECENT_MS = 3_600_000;
export const MOST_RECENT = 100;
const RATE_MS = 5 * 60_000;

/** What happens at the moment, in numbers. */
export interface Figures {
  readonly perMinute: number;
  /** Orders of the last hour. */
  readonly placed: number;
  /** There are more than were looked at. */
  readonly isCapped: boolean;
  readonly byStatus: readonly (readonly [string, number])[];
  readonly paymentFailures: number;
}

/** @param recent the newest orders of the last hour, as many as a page holds */
export function figuresOf(recent: readonly Order[], now: number): Figures {
  const byStatus = new Map<string, number>();
  for (const { status } of recent) byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
  const isCapped = recent.length >= MOST_RECENT;
  // A full page may not reach back five minutes; the rate is that of the time that it covers.
  const oldest = isCapped ? Math.min(...recent.map((order) => Date.parse(order.placedAt))) : 0;
  const spanMs = Math.min(RATE_MS, Math.max(now - oldest, 1_000));
  const within = recent.filter((order) => now - Date.parse(order.placedAt) <= spanMs).length;
  return {
    perMinute: within / (spanMs / 60_000),
    placed: recent.length,
    isCapped,
    byStatus: [...byStatus].sort(([, one], [, other]) => other - one),
    paymentFailures: byStatus.get('payment_failed') ?? 0,
  };
}

/** Figures of the process that answered, read from the Prometheus text format; what it does not say, or -1, is not known. */
export interface ServiceFigures {
  readonly outboxLagSeconds?: number;
  readonly workOverdue?: number;
}

export function serviceFiguresOf(metrics: string): ServiceFigures {
  const read = (name: string): number | undefined => {
    const value = new RegExp(`^${name} (\\S+)$`, 'mu').exec(metrics)?.[1];
    const figure = value === undefined ? Number.NaN : Number(value);
    return figure >= 0 ? figure : undefined;
  };
  const [lag, overdue] = [read('outbox_lag_seconds'), read('orders_work_overdue')];
  return {
    ...(lag === undefined ? {} : { outboxLagSeconds: lag }),
    ...(overdue === undefined ? {} : { workOverdue: overdue }),
  };
}
