import type { SimulatorProduct } from '@marketplace/contracts';
import type { Finding } from '../check/harm.js';
import { scenario } from '../scenario.js';
import type { Trial } from '../trial.js';

const BUYERS = 8;
const UNITS = 3;
const PRICE_MINOR = 1_000;
const SHIPPING_MINOR = 499;
/** Rounds that are played at a time. */
const AT_ONCE = 3;

/** Eight buyers at a time want the last three units of a product: three get one each, and nobody else. */
export const lastUnits = scenario(
  'last-units',
  { short: { rounds: 6 }, long: { rounds: 1_000 } },
  async (trial, { rounds }) => {
    const startedAt = Date.now();
    const waiting = Array.from({ length: rounds }, (_, round) => `last-${round}-${startedAt}`);
    const findings: Finding[] = [];
    const play = async (): Promise<void> => {
      for (let sku = waiting.shift(); sku !== undefined; sku = waiting.shift()) {
        findings.push(...(await playRound(trial, sku)));
        if (waiting.length % 200 === 0) trial.log(`${waiting.length} rounds to go`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, play));
    return {
      load: `3 replicas, ${rounds} rounds, ${Math.round((Date.now() - startedAt) / 1_000)} s`,
      faults: `${rounds} x ${BUYERS} buyers for ${UNITS} units`,
      faultCount: rounds,
      findings,
    };
  },
);

async function playRound(trial: Trial, sku: string): Promise<Finding[]> {
  const product: SimulatorProduct = {
    sku,
    name: 'Rare',
    vendorId: 'vendor-1',
    unitPrice: { amount: PRICE_MINOR, currency: 'USD' },
    shipping: { flatMinor: SHIPPING_MINOR },
    commissionRate: 1_000,
    stock: UNITS,
  };
  await trial.stack.farServices.loadProducts([product]);
  trial.records.stock.set(sku, UNITS);
  const orders = await Promise.all(
    Array.from({ length: BUYERS }, async () =>
      trial.buyers.order({
        buyer: await trial.buyers.buyer('customer'),
        units: [{ sku, quantity: 1 }],
        payments: [{ methodToken: 'tok_visa' }],
        mustSucceed: true,
        totalMinor: PRICE_MINOR + SHIPPING_MINOR,
      }),
    ),
  );
  const sold = orders.filter((order) => order !== undefined).length;
  if (sold === UNITS) return [];
  const harm = sold > UNITS ? 'oversold' : 'lost';
  return [{ harm, subject: sku, detail: `${sold} of ${BUYERS} buyers got one of ${UNITS} units` }];
}
