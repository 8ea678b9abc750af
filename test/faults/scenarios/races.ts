import { randomUUID } from 'node:crypto';
import type { HttpReply } from '../../load/replay/http-reply.js';
import type { Cart, Order } from '../../support/client.js';
import type { Finding, Harm } from '../check/harm.js';
import { isCaptured } from '../load/capture.js';
import { demoTotalMinor } from '../load/purchases.js';
import type { Call } from '../load/service-client.js';
import { scenario } from '../scenario.js';
import type { Trial } from '../trial.js';

const RIVALS = 10;
const UNITS = [
  { sku: 'demo-1', quantity: 2 },
  { sku: 'demo-2', quantity: 1 },
];
const PARCEL = { carrier: 'DHL', trackingNumber: 'T-1' };

/** Rivals for one cart or order, asked of all replicas at the same moment. */
export const races = scenario('races', { long: { rounds: 150 } }, async (trial, { rounds }) => {
  const startedAt = Date.now();
  const findings: Finding[] = [];
  for (let round = 0; round < rounds; round += 1) {
    findings.push(
      ...(await parallelAdds(trial)),
      ...(await parallelCheckouts(trial)),
      ...(await parallelMoves(trial, 'cancellations', { reason: 'Then not' }, 1)),
      ...(await parallelMoves(trial, 'shipments', PARCEL, 1)),
      ...(await refundsOfEverything(trial)),
      ...(await shipmentsAgainstCancellations(trial)),
    );
    if (round % 25 === 24) trial.log(`${round + 1} rounds`);
  }
  const seconds = Math.round((Date.now() - startedAt) / 1_000);
  return {
    load: `${trial.stack.replicas.length} replicas, ${RIVALS} rivals, ${seconds} s`,
    faults: `${rounds * 6} races`,
    faultCount: rounds * 6,
    findings,
  };
});

/** Makes the same call, or one each, at every replica in turn, all at once. */
async function rush(trial: Trial, callOf: (rival: number) => Call): Promise<HttpReply[]> {
  return Promise.all(Array.from({ length: RIVALS }, async (_, rival) => trial.client.ask(callOf(rival))));
}

const accepted = (replies: readonly HttpReply[]): HttpReply[] => replies.filter(({ status }) => status < 300);

function expectCount(harm: Harm, subject: string, what: string, actual: number, expected: number): Finding[] {
  return actual === expected ? [] : [{ harm, subject, detail: `${what}: ${actual} instead of ${expected}` }];
}

/** Ten adds of one unit give ten units. */
async function parallelAdds(trial: Trial): Promise<Finding[]> {
  const { token } = await trial.buyers.buyer('customer');
  const made = await trial.client.ask({
    method: 'POST',
    path: '/carts',
    token,
    body: {},
    idempotencyKey: randomUUID(),
  });
  const { id } = made.body as Cart;
  const replies = await rush(trial, () => ({
    method: 'POST',
    path: `/carts/${id}/items`,
    token,
    body: { sku: 'demo-1', quantity: 1 },
    idempotencyKey: randomUUID(),
  }));
  const { body } = await trial.client.ask({ method: 'GET', path: `/carts/${id}`, token });
  return [
    ...expectCount('lost', id, 'adds accepted', accepted(replies).length, RIVALS),
    ...expectCount('lost', id, 'units in the cart', (body as Cart).items[0]?.quantity ?? 0, RIVALS),
  ];
}

/** Ten checkouts of one cart, with a key each, give one order. */
async function parallelCheckouts(trial: Trial): Promise<Finding[]> {
  const buyer = await trial.buyers.buyer('customer');
  const checkout = {
    buyer,
    units: UNITS,
    payments: [{ methodToken: 'tok_visa' }],
    mustSucceed: true,
    totalMinor: demoTotalMinor(UNITS),
  };
  const cartId = await trial.buyers.fillCart(checkout);
  if (cartId === undefined) return [];
  const orders = await Promise.all(
    Array.from({ length: RIVALS }, async () => trial.buyers.order({ ...checkout, cartId })),
  );
  return expectCount('doubled', cartId, 'orders of one cart', new Set(orders.map((order) => order?.id)).size, 1);
}

/** Ten times the same move of all there is, with a key each: it is made once. */
async function parallelMoves(
  trial: Trial,
  kind: 'cancellations' | 'shipments',
  body: object,
  expected: number,
): Promise<Finding[]> {
  const order = await confirmedOrder(trial);
  if (!order) return [];
  if (kind === 'cancellations') trial.records.askedToCancel.add(order.id);
  const token = await trial.tokens.admin();
  const replies = await rush(trial, () => post(`/orders/${order.id}/${kind}`, token, body));
  return expectCount('lost', order.id, `${kind} of everything accepted`, accepted(replies).length, expected);
}

async function refundsOfEverything(trial: Trial): Promise<Finding[]> {
  const order = await confirmedOrder(trial);
  if (!order) return [];
  const token = await trial.tokens.admin();
  await trial.client.ask({ method: 'PUT', path: `/orders/${order.id}`, token, body: { status: 'shipped' } });
  if (!(await isCaptured(trial.client, trial.tokens, order.id))) {
    return [{ harm: 'unsettled', subject: order.id, detail: 'shipped, but not captured in time' }];
  }
  const replies = await rush(trial, () => post(`/orders/${order.id}/refunds`, token, { reason: 'Lost' }));
  return expectCount('doubleCharges', order.id, 'refunds of everything accepted', accepted(replies).length, 1);
}

/** Vendors ship and cancel the same units: each unit goes one way, and the money with it, as the check of the ledger shows. */
async function shipmentsAgainstCancellations(trial: Trial): Promise<Finding[]> {
  const order = await confirmedOrder(trial);
  if (!order) return [];
  const token = await trial.tokens.admin();
  trial.records.askedToCancel.add(order.id);
  const items = [{ sku: 'demo-1', quantity: 1 }];
  const replies = await rush(trial, (rival) =>
    rival % 2 === 0
      ? post(`/orders/${order.id}/shipments`, token, { ...PARCEL, items })
      : post(`/orders/${order.id}/cancellations`, token, { reason: 'Damaged', items }),
  );
  return expectCount('lost', order.id, 'units shipped or cancelled', accepted(replies).length, 2);
}

async function confirmedOrder(trial: Trial): Promise<Order | undefined> {
  const buyer = await trial.buyers.buyer('customer');
  const payments = [{ methodToken: 'tok_visa' }];
  const totalMinor = demoTotalMinor(UNITS);
  return trial.buyers.order({ buyer, units: UNITS, payments, mustSucceed: true, totalMinor });
}

function post(path: string, token: string, body: object): Call {
  return { method: 'POST', path, token, body, idempotencyKey: randomUUID() };
}
