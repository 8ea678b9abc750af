import type { Replica } from '../../support/stack.js';
import { scenario } from '../scenario.js';
import { atNext, STEPS } from '../sightings.js';

/** Of so many kills one ends all replicas at once, so that nobody is there to take over what was cut off. */
const ALL_EVERY = 3;

/** The replica that takes the requests is killed at the very moment at which a step is seen from outside. */
export const killAtSteps = scenario(
  'kill-at-steps',
  {
    short: { rounds: 1, buyers: 6, pauseMs: 300, steps: ['order inserted', 'authorize'] },
    long: { rounds: 6, buyers: 12, pauseMs: 100, steps: STEPS.map(({ name }) => name) },
  },
  async (trial, { rounds, buyers, pauseMs, steps }) => {
    const { stack, client } = trial;
    const chosen = STEPS.filter(({ name }) => steps.includes(name));
    const load = trial.load({ buyers, pauseMs });
    let kills = 0;
    for (const step of Array.from({ length: rounds }, () => chosen).flat()) {
      const target = stack.replicas[kills % stack.replicas.length] as Replica;
      await stack.whenAlive(2, target);
      const victims = kills % ALL_EVERY === ALL_EVERY - 1 ? stack.alive : [target];
      client.preferred = target.baseUrl;
      await atNext(stack, step, async () => {
        await Promise.all(victims.map(async (replica) => stack.crash(replica)));
      });
      await trial.recovery.note();
      client.preferred = undefined;
      kills += 1;
      if (kills % chosen.length === 0) trial.log(`${kills} kills, ${trial.records.acknowledged} orders`);
    }
    await stack.allAlive();
    await load.stop();
    return {
      load: trial.describe(load),
      faults: `${kills} x kill -9 at ${chosen.length} steps`,
      faultCount: kills,
    };
  },
);
