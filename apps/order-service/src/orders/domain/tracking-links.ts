import { advance } from './advance.js';
import type { ChangeContext, Order, TrackingLink, TrackingMail } from './order.js';

/** How many links an order has at most at a time; one more takes the place of the oldest. */
export const MOST_TRACKING_LINKS = 20;
/** After a link was mailed on request, further requests send nothing for so long: nobody can fill a stranger's inbox. */
export const MAIL_PAUSE_MS = 5 * 60_000;
/** A link that was mailed is mailed again as long as it is good for so much longer; then a new one is made. */
const WORTH_MAILING_MS = 24 * 3_600_000;

/** When a link made now expires. */
export function linkExpiry(now: Date, lifetimeMs: number): Date {
  return new Date(Math.floor((now.getTime() + lifetimeMs) / 1000) * 1000);
}

/** The links that are good at that instant, oldest first. */
export function liveTrackingLinks({ trackingLinks = [] }: Order, now: Date): readonly TrackingLink[] {
  return trackingLinks.filter(({ expiresAt }) => expiresAt > now);
}

export function addTrackingLink(order: Order, link: TrackingLink, context: ChangeContext): Order {
  const kept = liveTrackingLinks(order, context.now).slice(1 - MOST_TRACKING_LINKS);
  return advance(order, { trackingLinks: [...kept, link] }, [], context);
}

/** @returns undefined when there is no such link, or no longer */
export function revokeTrackingLink(order: Order, linkId: string, context: ChangeContext): Order | undefined {
  const live = liveTrackingLinks(order, context.now);
  const kept = live.filter(({ id }) => id !== linkId);
  return kept.length === live.length ? undefined : advance(order, { trackingLinks: kept }, [], context);
}

/**
 * Has a link mailed, unless one was a short while ago. The same link as the last time, if it is still there: asking again
 * and again must not push out the links that the buyer has shared.
 *
 * @param link the one to add where a new one is needed
 */
export function mailTrackingLink(order: Order, link: TrackingLink, context: ChangeContext): Order {
  const { trackingMail: last } = order;
  const { now } = context;
  if (last && (last.isDue || now.getTime() - last.askedAt.getTime() < MAIL_PAUSE_MS)) return order;
  const worthy = liveTrackingLinks(order, new Date(now.getTime() + WORTH_MAILING_MS));
  const again = worthy.find(({ id }) => id === last?.linkId);
  const trackingMail: TrackingMail = { linkId: (again ?? link).id, askedAt: now, isDue: true };
  return advance(again ? order : addTrackingLink(order, link, context), { trackingMail }, [], context);
}
