import { randomUUID } from 'node:crypto';
import type { Cart, Order } from '../../support/client.js';
import type { Finding } from '../check/harm.js';
import { demoTotalMinor } from '../load/purchases.js';
import type { Call } from '../load/service-client.js';
import { scenario, type Measurement } from '../scenario.js';
import type { Trial } from '../trial.js';

const UNITS = [
  { sku: 'demo-1', quantity: 1 },
  { sku: 'demo-2', quantity: 1 },
];

type Route = 'GET order' | 'GET cart' | 'PUT cart item' | 'GET order list';
type Counts = Record<Route, number>;

/**
 * The Payment Service hangs. Whoever does not need it must not notice: the same clients ask the same things before and meanwhile,
 * next to the same buyers, as fast as they are answered.
 */
export const paymentHang = scenario(
  'payment-hang',
  { long: { hangMs: 60_000, beforeMs: 30_000, buyers: 8, pauseMs: 500, clients: 8 } },
  async (trial, { hangMs, beforeMs, buyers, pauseMs, clients }) => {
    const { farServices } = trial.stack;
    const findings: Finding[] = [];
    const load = trial.load({ buyers, pauseMs });
    const callers = await Promise.all(Array.from({ length: clients }, async () => callsOf(trial)));
    // Everything is warm when the comparison begins.
    await measure(trial, callers, beforeMs / 6, findings);
    const before = await measure(trial, callers, beforeMs, findings);
    await farServices.setDials({ failPayments: true });
    const during = await measure(trial, callers, hangMs, findings);
    await farServices.setDials({ failPayments: false });
    await trial.recovery.note();
    await load.stop();
    return {
      load: `${trial.describe(load)}, ${clients} clients of other routes`,
      faults: `1 x payments hang for ${hangMs / 1_000} s`,
      faultCount: 1,
      findings,
      measurements: compare(before, during),
    };
  },
);

/** What one client asks, again and again: of an order and a cart of its own. */
async function callsOf(trial: Trial): Promise<[Route, () => Call][]> {
  const buyer = await trial.buyers.buyer('customer');
  const { token } = buyer;
  const order = (await trial.buyers.order({
    buyer,
    units: UNITS,
    payments: [{ methodToken: 'tok_visa' }],
    mustSucceed: true,
    totalMinor: demoTotalMinor(UNITS),
  })) as Order;
  const made = await trial.client.ask({
    method: 'POST',
    path: '/carts',
    token,
    body: {},
    idempotencyKey: randomUUID(),
  });
  const { id } = made.body as Cart;
  // Units are set and not added, as a line has a limit of them.
  let quantity = 0;
  return [
    ['GET order', () => ({ method: 'GET', path: `/orders/${order.id}`, token })],
    ['GET cart', () => ({ method: 'GET', path: `/carts/${id}`, token })],
    ['GET order list', () => ({ method: 'GET', path: `/orders/user/${buyer.customerId}`, token })],
    [
      'PUT cart item',
      () => ({ method: 'PUT', path: `/carts/${id}/items/demo-3`, token, body: { quantity: 1 + (quantity++ % 9) } }),
    ],
  ];
}

async function measure(
  trial: Trial,
  callers: readonly [Route, () => Call][][],
  lengthMs: number,
  findings: Finding[],
): Promise<Counts> {
  const counts: Counts = { 'GET order': 0, 'GET cart': 0, 'PUT cart item': 0, 'GET order list': 0 };
  const until = Date.now() + lengthMs;
  await Promise.all(
    callers.map(async (calls) => {
      for (let n = 0; Date.now() < until; n += 1) {
        const [route, callOf] = calls[n % calls.length] as [Route, () => Call];
        const reply = await trial.client.once(callOf()).catch((error: unknown) => error as Error);
        const status = reply instanceof Error ? reply.message : reply.status;
        if (status === 200 || status === 201) counts[route] += 1000 / lengthMs;
        else findings.push({ harm: 'lost', subject: route, detail: `${route} failed while payments hang: ${status}` });
      }
    }),
  );
  return counts;
}

function compare(before: Counts, during: Counts): Measurement[] {
  const all = (counts: Counts): number => Object.values(counts).reduce((sum, count) => sum + count, 0);
  const routes = Object.keys(before) as Route[];
  return [
    ...routes.map((name) => ({ name, before: before[name], during: during[name], unit: '/s' })),
    { name: 'all', before: all(before), during: all(during), unit: '/s' },
  ];
}
