import { setTimeout as delay } from 'node:timers/promises';
import type { SetDialsRequest } from '@marketplace/contracts';
import { SERVICE_SETTINGS } from '../fault-stack.js';
import { scenario } from '../scenario.js';
import type { Trial } from '../trial.js';

const CHAOS_SHARE = 0.2;
/** A late reply comes after the service has given up waiting. */
const LATE_MS = Number(SERVICE_SETTINGS.PAYMENT_TIMEOUT_MS) * 1.5;

const CHAOS: SetDialsRequest = {
  lostReplyRate: 0.07,
  lateReplyRate: 0.07,
  lateReplyMs: LATE_MS,
  doubleReplyRate: 0.06,
  duplicateEventRate: CHAOS_SHARE,
  reorderEvents: true,
};
const CALM: SetDialsRequest = {
  lostReplyRate: 0,
  lateReplyRate: 0,
  doubleReplyRate: 0,
  duplicateEventRate: 0,
  reorderEvents: false,
};

/** A fifth of the Payment Service's replies go wrong: lost, late or doubled; its events come twice and in any order. */
export const paymentChaos = scenario(
  'payment-chaos',
  { short: { checkouts: 40, buyers: 8 }, long: { checkouts: 10_000, buyers: 24 } },
  async (trial, { checkouts, buyers }) => {
    const { farServices } = trial.stack;
    let asked = 0;
    const count = (): void => {
      asked += 1;
    };
    const listening = farServices.nats.subscribe('payments.>', { callback: count });
    await farServices.setDials(CHAOS);
    const load = trial.load({ buyers, pauseMs: 0, most: checkouts, tellEvery: 1_000 });
    await load.done();
    await farServices.setDials(CALM);
    listening.unsubscribe();
    return {
      load: trial.describe(load),
      faults: `20% of ${asked} payment replies lost, late or doubled; events doubled and reordered`,
      faultCount: checkouts,
    };
  },
);

/** The services that are named do not answer for a while, then do again. */
async function outages(
  trial: Trial,
  { times, outageMs, buyers, pauseMs }: { times: number; outageMs: number; buyers: number; pauseMs: number },
  kinds: readonly (keyof SetDialsRequest)[],
): Promise<{ load: string; faultCount: number }> {
  const { farServices } = trial.stack;
  const load = trial.load({ buyers, pauseMs });
  for (const kind of Array.from({ length: times }, () => kinds).flat()) {
    await delay(outageMs / 2);
    await farServices.setDials({ [kind]: true });
    await delay(outageMs);
    await farServices.setDials({ [kind]: false });
    await trial.recovery.note();
    trial.log(`${kind} is over, ${trial.records.acknowledged} orders`);
  }
  await delay(outageMs / 2);
  await load.stop();
  return { load: trial.describe(load), faultCount: times * kinds.length };
}

export const paymentsDead = scenario(
  'payments-dead',
  { long: { times: 3, outageMs: 10_000, buyers: 16, pauseMs: 200 } },
  async (trial, parameters) => {
    const outcome = await outages(trial, parameters, ['failPayments']);
    return { ...outcome, faults: `${outcome.faultCount} x Payment Service dead for ${parameters.outageMs / 1_000} s` };
  },
);

export const catalogInventoryDead = scenario(
  'catalog-inventory-dead',
  { long: { times: 2, outageMs: 8_000, buyers: 16, pauseMs: 200 } },
  async (trial, parameters) => {
    const outcome = await outages(trial, parameters, ['failCatalog', 'failInventory']);
    return {
      ...outcome,
      faults: `${outcome.faultCount} x Catalog or Inventory Service dead for ${parameters.outageMs / 1_000} s`,
    };
  },
);
