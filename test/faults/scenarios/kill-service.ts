import { setTimeout as delay } from 'node:timers/promises';
import { scenario } from '../scenario.js';

/** A random replica is killed at a random moment, and started again while the others go on. */
export const killService = scenario(
  'kill-service',
  {
    short: { kills: 3, buyers: 4, pauseMs: 300 },
    long: { kills: 200, buyers: 12, pauseMs: 400 },
  },
  async (trial, { kills, buyers, pauseMs }) => {
    const { stack } = trial;
    const load = trial.load({ buyers, pauseMs });
    for (let done = 0; done < kills; done += 1) {
      // At no particular point of what is going on, and never the last one.
      await delay(200 + Math.random() * 600);
      await stack.whenAlive(2);
      await stack.crash(stack.alive[Math.floor(Math.random() * stack.alive.length)] as (typeof stack.alive)[0]);
      await trial.recovery.note();
      if (done % 20 === 19) trial.log(`${done + 1} kills, ${trial.records.acknowledged} orders`);
    }
    await stack.allAlive();
    await load.stop();
    return { load: trial.describe(load), faults: `${kills} x kill -9 of a replica`, faultCount: kills };
  },
);
