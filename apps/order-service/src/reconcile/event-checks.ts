import type { Order } from '../orders/domain/order.js';
import { broken, type Finding, type Rule } from './finding.js';
import { digestOf, type PublishedEvents } from './published-events.js';

/** What the stream holds of an order against what the order says has been published. */
export function checkEvents(order: Order, published: PublishedEvents | undefined): Finding[] {
  return broken('events', () => eventRules(order, published), true);
}

function eventRules(order: Order, published: PublishedEvents | undefined): Rule[] {
  const { last, gapAt, digest } = published ?? { last: 0, digest: 0, gapAt: undefined };
  const told = order.history.slice(0, last);
  const isAbandoned = order.listedAt === undefined;
  return [
    [!isAbandoned || last === 0, `the order was never announced, and the stream holds ${last} events of it`],
    [gapAt === undefined, `event ${gapAt} is not in the stream where it should be`],
    [
      last >= order.publishedSequence,
      `the stream ends with event ${last} of ${order.publishedSequence} published ones`,
    ],
    [
      last <= order.publishedSequence,
      `the stream goes on to event ${last}, and ${order.publishedSequence} are published`,
    ],
    [
      gapAt !== undefined || digest === told.reduce((before, { type }) => digestOf(before, type), 0),
      `the first ${last} events of the stream are not those of the history`,
    ],
  ];
}
