import { setTimeout as delay } from 'node:timers/promises';
import { waitUntil, type MongoMember, type MongoServer } from '@marketplace/local-stack';
import type { FaultStack } from '../fault-stack.js';
import { scenario } from '../scenario.js';

const ELECTION_DEADLINE_MS = 60_000;
const HEALTHY_STATES = new Set([1, 2]);

/** The primary of three members is killed; the next one only when all three are there again and have caught up. */
export const killMongoPrimary = scenario(
  'kill-mongo-primary',
  { long: { kills: 20, buyers: 8, pauseMs: 300 } },
  async (trial, { kills, buyers, pauseMs }) => {
    const { stack } = trial;
    const server = stack.mongoServer as MongoServer;
    const load = trial.load({ buyers, pauseMs });
    for (let done = 0; done < kills; done += 1) {
      await delay(500 + Math.random() * 1_500);
      const killed = await waitUntil('a primary', async () => primary(stack, server));
      const killedAt = Date.now();
      await killed.kill();
      await waitUntil('a new primary', async () => (await primary(stack, server)) !== killed, {
        deadlineMs: ELECTION_DEADLINE_MS,
      });
      const electedAt = new Date();
      await trial.recovery.note(killedAt);
      trial.log(
        `kill ${done + 1}: a new primary at ${electedAt.toISOString()}, ${electedAt.getTime() - killedAt} ms later`,
      );
      await killed.restart();
      await waitUntil('all members', async () => areHealthy(stack), { deadlineMs: ELECTION_DEADLINE_MS, pollMs: 250 });
    }
    await load.stop();
    return {
      load: `${trial.describe(load)}, 3 MongoDB members`,
      faults: `${kills} x kill -9 of the primary`,
      faultCount: kills,
    };
  },
  { mongoMembers: 3 },
);

async function primary(stack: FaultStack, server: MongoServer): Promise<MongoMember> {
  const { primary: address } = (await stack.adminCommand({ hello: 1 })) as { primary?: string };
  const found = server.members.find(({ port }) => address?.endsWith(`:${port}`));
  if (!found) throw new Error('there is no primary');
  return found;
}

async function areHealthy(stack: FaultStack): Promise<boolean> {
  const { members } = (await stack.adminCommand({ replSetGetStatus: 1 })) as { members: { state: number }[] };
  return members.every(({ state }) => HEALTHY_STATES.has(state));
}
