import { setTimeout as delay } from 'node:timers/promises';
import { scenario } from '../scenario.js';

/** A random replica is killed at a random moment, and started again while the others go on. */
export const killService = scenario(
  'kill-service',
  {
    short: { kills: 5, buyers: 8, pauseMs: 100 },
    long: { kills: 200, buyers: 12, pauseMs: 400 },
  },
  async (trial, { kills, buyers, pauseMs }) => {
    const { stack } = trial;
    const load = trial.load({ buyers, pauseMs });
    const startedAt = Date.now();
    let done = 0;
    try {
      while (done < kills) {
        // Not before there is work to be cut off, and at no particular point of it.
        await delay(200 + Math.random() * 600);
        const replica = stack.replicas[Math.floor(Math.random() * stack.replicas.length)] ?? stack.replicas[0];
        if (!replica) break;
        await stack.kill(replica);
        await trial.recovery.note();
        done += 1;
        await stack.revive(replica);
        if (done % 20 === 0) trial.log(`${done} kills, ${trial.records.acknowledged} orders`);
      }
    } finally {
      await load.stop();
    }
    const seconds = Math.round((Date.now() - startedAt) / 1000);
    return {
      load: `3 replicas, ${buyers} buyers, ${seconds} s`,
      faults: `${done} x kill -9 of a replica`,
      faultCount: done,
    };
  },
);
