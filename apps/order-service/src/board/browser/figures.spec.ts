import { figuresOf, MOST_RECENT, serviceFiguresOf } from './figures.js';
import { orderOf } from './orders.spec-support.js';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const placed = (secondsAgo: number, status = 'confirmed') =>
  orderOf({ placedAt: new Date(NOW - secondsAgo * 1_000).toISOString(), status });

describe('the figures of the last hour', () => {
  it('count orders by status, the most frequent first, and failed payments', () => {
    const orders = [placed(10, 'payment_failed'), placed(20), placed(2_000), placed(3_000, 'shipped'), placed(3_100)];
    expect(figuresOf(orders, NOW)).toEqual({
      perMinute: 0.4,
      placed: 5,
      isCapped: false,
      byStatus: [
        ['confirmed', 3],
        ['payment_failed', 1],
        ['shipped', 1],
      ],
      paymentFailures: 1,
    });
  });

  it('are nought where there are no orders', () => {
    expect(figuresOf([], NOW)).toMatchObject({ perMinute: 0, placed: 0, byStatus: [] });
  });

  it('take the rate over the time that a full page covers', () => {
    const orders = Array.from({ length: MOST_RECENT }, (_, index) => placed((index + 1) * 0.6));
    const { perMinute, isCapped } = figuresOf(orders, NOW);
    expect(isCapped).toBe(true);
    expect(perMinute).toBeCloseTo(100);
  });
});

describe('the figures of the service', () => {
  it('are read from its metrics', () => {
    const metrics =
      '# HELP outbox_lag_seconds Age\noutbox_lag_seconds 1.25\norders_work_overdue 3\nother_total{a="b"} 9\n';
    expect(serviceFiguresOf(metrics)).toEqual({ outboxLagSeconds: 1.25, workOverdue: 3 });
  });

  it.each(['', 'outbox_lag_seconds -1\n', '<html>not metrics</html>', 'outbox_lag_seconds soon'])(
    'are not known from %p',
    (metrics) => {
      expect(serviceFiguresOf(metrics)).toEqual({});
    },
  );
});
