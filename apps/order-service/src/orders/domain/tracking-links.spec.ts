import { hasPendingWork } from './advance.js';
import type { Order, TrackingLink } from './order.js';
import { after, confirmedOrder } from './order-fixtures.spec-support.js';
import {
  addTrackingLink,
  linkExpiry,
  liveTrackingLinks,
  MOST_TRACKING_LINKS,
  mailTrackingLink,
  revokeTrackingLink,
} from './tracking-links.js';

const HOUR_MS = 3_600_000;
const MONTH_MS = 30 * 24 * HOUR_MS;

const linkAt = (minute: number, id = `link-${minute}`, lifetimeMs = MONTH_MS): TrackingLink => {
  const { now } = after(minute);
  return { id, createdAt: now, expiresAt: linkExpiry(now, lifetimeMs) };
};
const withLink = (order: Order, minute: number, lifetimeMs?: number): Order =>
  addTrackingLink(order, linkAt(minute, undefined, lifetimeMs), after(minute));
const idsAt = (order: Order, minute: number): string[] =>
  liveTrackingLinks(order, after(minute).now).map(({ id }) => id);
const sent = (order: Order): Order => {
  const { isDue: _sent, ...mail } = order.trackingMail ?? { linkId: '', askedAt: new Date(0) };
  return { ...order, trackingMail: mail };
};

const order: Order = { ...confirmedOrder(), publishedSequence: 99, stock: { ...confirmedOrder().stock, pending: [] } };

describe('the tracking links of an order', () => {
  it('are none at first', () => expect(idsAt(order, 0)).toEqual([]));

  it('come without an event, and change nothing else that can be seen', () => {
    const { trackingLinks, updatedAt, ...rest } = withLink(order, 5);
    const { updatedAt: before, ...same } = order;
    expect(rest).toEqual(same);
    expect([updatedAt, before]).toEqual([after(5).now, before]);
    expect(trackingLinks).toEqual([linkAt(5)]);
  });

  it('expire at a whole second, as their tokens can say it', () => {
    expect(linkExpiry(new Date(1_999), 1_000)).toEqual(new Date(2_000));
  });

  it('are gone once they have expired, and make room when the next one comes', () => {
    const two = withLink(withLink(order, 0, HOUR_MS), 1);
    expect(idsAt(two, 59)).toEqual(['link-0', 'link-1']);
    expect(idsAt(two, 60)).toEqual(['link-1']);
    expect(withLink(two, 61).trackingLinks?.map(({ id }) => id)).toEqual(['link-1', 'link-61']);
  });

  it('are so many at most: the oldest lapses', () => {
    const minutes = Array.from({ length: MOST_TRACKING_LINKS + 3 }, (_, minute) => minute);
    const full = minutes.reduce((state, minute) => withLink(state, minute), order);
    expect(idsAt(full, 30)).toEqual(minutes.slice(3).map((minute) => `link-${minute}`));
  });

  it('can be taken back, once', () => {
    const two = withLink(withLink(order, 0, HOUR_MS), 1);
    const one = revokeTrackingLink(two, 'link-1', after(2));
    expect(one && idsAt(one, 2)).toEqual(['link-0']);
    expect(one && revokeTrackingLink(one, 'link-1', after(3))).toBeUndefined();
    expect(revokeTrackingLink(two, 'link-0', after(61))).toBeUndefined();
  });
});

describe('a link that is asked for by mail', () => {
  const ask = (state: Order, minute: number): Order => mailTrackingLink(state, linkAt(minute), after(minute));

  it('is made, and is work until the Notification Service knows', () => {
    const asked = ask(order, 1);
    expect(asked.trackingMail).toEqual({ linkId: 'link-1', askedAt: after(1).now, isDue: true });
    expect(idsAt(asked, 1)).toEqual(['link-1']);
    expect([order, asked, sent(asked)].map(hasPendingWork)).toEqual([false, true, false]);
  });

  it('is not mailed again within five minutes, nor while the first mail still waits', () => {
    const asked = sent(ask(order, 1));
    expect(ask(asked, 5)).toBe(asked);
    const waiting = ask(order, 1);
    expect(ask(waiting, 60)).toBe(waiting);
  });

  it('is the same one again, however often it is asked for, and pushes out no other', () => {
    const first = sent(ask(withLink(order, 0), 1));
    const later = Array.from({ length: 30 }, (_, index) => 10 * index + 10).reduce(
      (state, minute) => sent(ask(state, minute)),
      first,
    );
    expect(idsAt(later, 400)).toEqual(['link-0', 'link-1']);
    expect(later.trackingMail).toEqual({ linkId: 'link-1', askedAt: after(300).now });
  });

  it.each([
    ['was taken back', (state: Order) => revokeTrackingLink(state, 'link-1', after(2)) ?? state, 10],
    ['is about to expire', (state: Order) => state, 29 * 24 * 60 + 2],
  ])('is a new one when the last one %s', (_, change, minute) => {
    const again = ask(change(sent(ask(order, 1))), minute);
    expect(again.trackingMail?.linkId).toBe(`link-${minute}`);
    expect(idsAt(again, minute)).toContain(`link-${minute}`);
  });
});
