import { setTimeout as delay } from 'node:timers/promises';
import type { Order } from '../../support/client.js';
import { demoTotalMinor, purchase } from '../load/purchases.js';
import { scenario } from '../scenario.js';
import type { Trial } from '../trial.js';
import type { Finding } from '../check/harm.js';

/** How long the load goes on after a long outage. */
const AFTERMATH_MS = 10_000;

/** NATS is killed and comes back on its data at once, again and again. */
export const natsRestart = scenario(
  'nats-restart',
  {
    short: { restarts: 1, buyers: 8, pauseMs: 200, apartMs: 3_000 },
    long: { restarts: 20, buyers: 12, pauseMs: 200, apartMs: 4_000 },
  },
  async (trial, { restarts, buyers, pauseMs, apartMs }) => {
    const { nats } = trial.stack;
    const load = trial.load({ buyers, pauseMs });
    for (let done = 0; done < restarts; done += 1) {
      await delay(apartMs * (0.5 + Math.random()));
      await nats.kill();
      await nats.restart();
      await trial.recovery.note();
    }
    await delay(apartMs);
    await load.stop();
    return { load: trial.describe(load), faults: `${restarts} x kill -9 and restart of NATS`, faultCount: restarts };
  },
);

/** NATS is away for long: reading, shipping and cancelling go on, checkouts wait, and all is told afterwards. */
export const natsOutage = scenario(
  'nats-outage',
  { long: { outageMs: 30_000, buyers: 8, pauseMs: 200, prepared: 150 } },
  async (trial, { outageMs, buyers, pauseMs, prepared }) => {
    const { nats } = trial.stack;
    const orders = await confirmedOrders(trial, prepared);
    const load = trial.load({ buyers, pauseMs });
    await nats.kill();
    const backAt = Date.now() + outageMs;
    const findings: Finding[] = [];
    let worked = 0;
    for (const [n, order] of orders.entries()) {
      await delay(Math.max(0, (backAt - Date.now()) / (orders.length - n + 1)));
      findings.push(...(await workOn(trial, order, n)));
      worked += 1;
    }
    await delay(Math.max(0, backAt - Date.now()));
    await nats.restart();
    const healedAt = Date.now();
    await trial.recovery.note(healedAt);
    await delay(AFTERMATH_MS);
    await load.stop();
    return {
      load: `${trial.describe(load)}; ${worked} orders read, shipped or cancelled meanwhile`,
      faults: `1 outage of NATS of ${outageMs / 1_000} s`,
      faultCount: 1,
      findings,
    };
  },
);

async function confirmedOrders(trial: Trial, count: number): Promise<Order[]> {
  const orders: Order[] = [];
  for (let n = 0; orders.length < count; n += 1) {
    const { units } = purchase(n);
    const buyer = await trial.buyers.buyer('customer');
    const payments = [{ methodToken: 'tok_visa' }];
    const order = await trial.buyers.order({
      buyer,
      units,
      payments,
      mustSucceed: true,
      totalMinor: demoTotalMinor(units),
    });
    if (order?.status === 'confirmed') orders.push(order);
  }
  return orders;
}

/** Reads the order and ships or cancels a part of it; each must be answered at the first attempt. */
async function workOn(trial: Trial, order: Order, n: number): Promise<Finding[]> {
  const token = await trial.tokens.admin();
  const vendorId = order.vendorOrders[0]?.vendorId as string;
  const status = n % 2 === 0 ? 'shipped' : 'cancelled';
  const path = `/orders/${order.id}`;
  if (status === 'cancelled') trial.records.askedToCancel.add(order.id);
  const found: Finding[] = [];
  for (const call of [
    { method: 'GET', path, token },
    { method: 'PUT', path, token, body: { status, vendorId } },
  ] as const) {
    const reply = await trial.client.once(call).catch((error: unknown) => error as Error);
    const isFine = !(reply instanceof Error) && reply.status === 200;
    const detail = reply instanceof Error ? reply.message : `${reply.status} ${JSON.stringify(reply.body)}`;
    if (!isFine) found.push({ harm: 'lost', subject: order.id, detail: `${call.method} without NATS: ${detail}` });
    else if (call.method === 'PUT')
      trial.records.changes.push({ orderId: order.id, change: { kind: status, vendorId } });
  }
  return found;
}
