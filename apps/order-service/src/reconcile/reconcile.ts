import { isDeepStrictEqual } from 'node:util';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Order } from '../orders/domain/order.js';
import { checkEvents } from './event-checks.js';
import { CHECK_NAMES, type CheckName, type Finding } from './finding.js';
import { checkOrder } from './order-checks.js';
import { Outcome } from './outcome.js';
import type { PaymentRecords } from './payment-records.js';
import { readPublishedEvents, type PublishedEvents } from './published-events.js';
import type { StoredOrders } from './stored-orders.js';
import { checkWork, isInFlight, type Patience } from './work-checks.js';

/** Orders that are looked at, and payments that are asked for, at a time. */
const BATCH_SIZE = 64;

export interface Sources {
  readonly orders: StoredOrders;
  readonly payments: PaymentRecords;
  readonly nats: NatsConnection;
}

export interface Reconciled {
  readonly outcome: Outcome;
  readonly events: number;
}

/**
 * Checks every order against itself, its ledger, the stream of its events and the Payment Service, while all of them go on
 * working: the stream is read first, and what does not agree is looked at once more before it counts.
 */
export async function reconcile(sources: Sources, patience: Patience): Promise<Reconciled> {
  const outcome = new Outcome();
  const published = await readPublishedEvents(sources.nats);
  const { byOrder, beginsAt } = published;
  if (published.unreadable > 0) {
    outcome.add({ id: '-' }, ['events'], [fault(`${published.unreadable} messages of the stream name no event`)], []);
  }
  for await (const batch of sources.orders.batches(BATCH_SIZE)) {
    await Promise.all(
      batch.map(async (order) => {
        const events = byOrder.get(order.id);
        byOrder.delete(order.id);
        outcome.orders += 1;
        // A stream that drops what is old cannot tell whether the beginning of an old order was ever there.
        const checks = beginsAt && order.placedAt < beginsAt ? CHECK_NAMES.filter(isNotEvents) : CHECK_NAMES;
        await judge(sources, patience, outcome, order, events, checks);
      }),
    );
  }
  await judgeUnknown(sources, outcome, byOrder.keys());
  return { outcome, events: published.events };
}

const isNotEvents = (check: CheckName): boolean => check !== 'events';

async function judge(
  sources: Sources,
  patience: Patience,
  outcome: Outcome,
  order: Order,
  events: PublishedEvents | undefined,
  checks: readonly CheckName[],
): Promise<void> {
  let findings = await compare(sources, patience, order, events, checks);
  let underWay = isInFlight(order, patience);
  if (!underWay && findings.some(({ passes }) => passes)) {
    const again = await lookAgain(sources, patience, order.id, checks);
    findings = again.findings;
    underWay = again.underWay;
  }
  outcome.add(
    order,
    checks,
    findings.filter(({ passes }) => !(passes && underWay)),
    findings.filter(({ passes }) => passes && underWay),
  );
}

async function compare(
  { payments }: Sources,
  patience: Patience,
  order: Order,
  events: PublishedEvents | undefined,
  checks: readonly CheckName[],
): Promise<Finding[]> {
  const findings = [
    ...checkOrder(order),
    ...checkWork(order, patience),
    ...checkEvents(order, events),
    ...(await payments.check(order)),
  ];
  return findings.filter(({ check }) => checks.includes(check));
}

/** What one side did between the looks at the two is no drift: everything is read again, and the order before and after. */
async function lookAgain(
  sources: Sources,
  patience: Patience,
  orderId: string,
  checks: readonly CheckName[],
): Promise<{ findings: Finding[]; underWay: boolean }> {
  const order = await sources.orders.find(orderId);
  if (!order) return { findings: [fault('the order has gone')], underWay: true };
  const { byOrder } = await readPublishedEvents(sources.nats, orderId);
  const findings = await compare(sources, patience, order, byOrder.get(orderId), checks);
  const isStill = isDeepStrictEqual(await sources.orders.find(orderId), order);
  return { findings, underWay: !isStill || isInFlight(order, patience) };
}

/** Events of orders that are not stored. An order is stored before its first event, so there may be none. */
async function judgeUnknown({ orders }: Sources, outcome: Outcome, orderIds: Iterable<string>): Promise<void> {
  for (const id of orderIds) {
    if (await orders.find(id)) continue;
    outcome.add({ id }, ['events'], [fault('the stream holds events of it, and there is no such order')], []);
  }
}

function fault(detail: string): Finding {
  return { check: 'events', detail, passes: false };
}
