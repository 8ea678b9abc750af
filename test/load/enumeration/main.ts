// Whether the time of a reply tells another's order from one that does not exist. Run it against `npm start`.
import { randomUUID } from 'node:crypto';
import { readStackState, signDevelopmentToken } from '@marketplace/local-stack';
import { compare, describeComparison, describeTimes } from './compare.js';

const ROUNDS = Number(process.argv[2] ?? 3_000);
const WARM_UP = 200;
/** More than one, so that what is asked for is not always what was asked for last. */
const ORDERS = 50;
/** In each round one request for an order of another, and two for orders that there are not: these must not differ, whatever the machine does. */
const KINDS = ['theirs', 'none', 'control'] as const;
type Kind = (typeof KINDS)[number];
const ADDRESS = { name: 'Alice', line1: '1 Market Street', city: 'Springfield', postalCode: '97477', country: 'US' };

async function placeOrder(baseUrl: string, token: string): Promise<string> {
  const response = await fetch(`${baseUrl}/orders`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      items: [{ sku: 'demo-1', quantity: 1 }],
      currency: 'USD',
      shippingAddress: ADDRESS,
      payments: [{ methodToken: 'tok_visa' }],
    }),
  });
  if (response.status !== 201) throw new Error(`the order was answered ${response.status}`);
  return ((await response.json()) as { id: string }).id;
}

/** How long the refusal takes, in microseconds. */
async function timeOf(url: string, token: string): Promise<number> {
  const startedAt = process.hrtime.bigint();
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  await response.arrayBuffer();
  const took = Number(process.hrtime.bigint() - startedAt) / 1_000;
  if (response.status !== 404) throw new Error(`${url} was answered ${response.status}`);
  return took;
}

/** In any order, so that what drifts is in all of them. */
function shuffled(kinds: readonly Kind[]): Kind[] {
  const dealt = kinds.map((kind) => ({ kind, rank: Math.random() }));
  return dealt.toSorted((a, b) => a.rank - b.rank).map(({ kind }) => kind);
}

async function measure(baseUrl: string, orderIds: readonly string[], token: string): Promise<Record<Kind, number[]>> {
  const times: Record<Kind, number[]> = { theirs: [], none: [], control: [] };
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    const orderId = orderIds[Math.floor(Math.random() * orderIds.length)] ?? '';
    for (const kind of shuffled(KINDS)) {
      // Ids of the same form and age as those that exist.
      const id = kind === 'theirs' ? orderId : `${orderId.slice(0, 19)}${randomUUID().slice(19)}`;
      const took = await timeOf(`${baseUrl}/orders/${id}`, token);
      if (round >= 0) times[kind].push(took);
    }
  }
  return times;
}

async function main(): Promise<void> {
  const baseUrl = readStackState()?.httpUrl;
  if (baseUrl === undefined) throw new Error('run "npm start" in this folder first');
  const token = async (sub: string) => signDevelopmentToken({ sub, roles: ['customer'] });
  const [alice, bob] = [await token(`alice-${randomUUID()}`), await token(`bob-${randomUUID()}`)];
  const orderIds: string[] = [];
  for (let count = 0; count < ORDERS; count += 1) orderIds.push(await placeOrder(baseUrl, alice));
  const { theirs, none, control } = await measure(baseUrl, orderIds, bob);
  console.log(`another's order:    ${describeTimes(theirs)}`);
  console.log(`no such order:      ${describeTimes(none)}`);
  console.log(`another's and none: ${describeComparison(compare(theirs, none))}`);
  console.log(`none and none:      ${describeComparison(compare(control, none))}`);
  console.log('told apart where z is beyond 3.3');
}

await main();
