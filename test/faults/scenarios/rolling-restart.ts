import { setTimeout as delay } from 'node:timers/promises';
import { waitUntil } from '@marketplace/local-stack';
import { Balancer } from '../balancer.js';
import type { Finding } from '../check/harm.js';
import { scenario } from '../scenario.js';
import type { Replica } from '../../support/stack.js';

/** A little more than the service's own bound of a graceful stop. */
const STOP_GRACE_MS = 10_000;
const READY_DEADLINE_MS = 60_000;

/** Behind a load balancer that repeats nothing, every replica is stopped and started in turn. No request may fail. */
export const rollingRestart = scenario(
  'rolling-restart',
  {
    short: { restarts: 1, buyers: 6, pauseMs: 250, betweenMs: 500 },
    long: { restarts: 18, buyers: 12, pauseMs: 100, betweenMs: 2_000 },
  },
  async (trial, { restarts, buyers, pauseMs, betweenMs }) => {
    const { stack } = trial;
    const balancer = await Balancer.start(stack.addresses);
    const areReady = async (): Promise<void> => {
      const all = () => stack.addresses.every((address) => balancer.isReady(address));
      await waitUntil('every replica being ready', all, { deadlineMs: READY_DEADLINE_MS });
    };
    const findings: Finding[] = [];
    try {
      await areReady();
      const load = trial.load({ buyers, pauseMs, through: balancer.address });
      for (let done = 0; done < restarts; done += 1) {
        const replica = stack.replicas[done % stack.replicas.length] as Replica;
        await delay(betweenMs);
        balancer.expectEnd(replica.baseUrl);
        const { code, signal } = await replica.process.stop(STOP_GRACE_MS);
        if (code !== 0) {
          const detail = `a replica ended with ${signal ?? code}: ${replica.process.lastLines(3)}`;
          findings.push({ harm: 'unsettled', subject: replica.baseUrl, detail });
        }
        stack.reviveLater(replica);
        await stack.allAlive();
        await areReady();
      }
      await delay(betweenMs);
      await load.stop();
      findings.push(...balancer.failures.map((detail) => ({ harm: 'lost' as const, subject: detail, detail })));
      const { length } = balancer.failures;
      return {
        load: `${trial.describe(load)}, ${balancer.requests} requests`,
        faults: `${restarts} x SIGTERM and start of a replica; ${length} failed requests`,
        faultCount: restarts,
        findings,
      };
    } finally {
      await balancer.stop();
    }
  },
);
