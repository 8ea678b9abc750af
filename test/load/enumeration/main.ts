// Whether the time of a reply tells another's order from one that does not exist. Run it against `npm start`.
import { randomUUID } from 'node:crypto';
import { readStackState, signDevelopmentToken } from '@marketplace/local-stack';
import { compare, describeTimes } from './compare.js';

const PAIRS = Number(process.argv[2] ?? 3_000);
const WARM_UP = 200;
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

async function main(): Promise<void> {
  const baseUrl = readStackState()?.httpUrl;
  if (baseUrl === undefined) throw new Error('run "npm start" in this folder first');
  const token = async (sub: string) => signDevelopmentToken({ sub, roles: ['customer'] });
  const [alice, bob] = [await token(`alice-${randomUUID()}`), await token(`bob-${randomUUID()}`)];
  const orderId = await placeOrder(baseUrl, alice);
  // Ids of the same form and age as the one that exists.
  const missingId = () => `${orderId.slice(0, 19)}${randomUUID().slice(19)}`;
  const times: { theirs: number[]; none: number[] } = { theirs: [], none: [] };
  for (let pair = -WARM_UP; pair < PAIRS; pair += 1) {
    // Which of the two comes first is left to chance, so that what drifts is in both.
    const order = Math.random() < 0.5 ? (['theirs', 'none'] as const) : (['none', 'theirs'] as const);
    for (const kind of order) {
      const took = await timeOf(`${baseUrl}/orders/${kind === 'theirs' ? orderId : missingId()}`, bob);
      if (pair >= 0) times[kind].push(took);
    }
  }
  const { difference, z } = compare(times.theirs, times.none);
  console.log(`another's order:  ${describeTimes(times.theirs)}`);
  console.log(`no such order:    ${describeTimes(times.none)}`);
  console.log(
    `medians differ by ${difference.toFixed(1)} us; Mann-Whitney z = ${z.toFixed(2)} (told apart beyond 3.3)`,
  );
}

await main();
