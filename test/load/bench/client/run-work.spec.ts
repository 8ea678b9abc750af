import { setTimeout as delay } from 'node:timers/promises';
import { runWork } from './run-work.js';
import type { Work } from './work.js';

const LOAD = { concurrency: 2, warmUpMs: 20, measureMs: 200, pids: {} };
const workOf = (once: Work['once']): Work => ({ once, close: async () => undefined });

describe('clients at work', () => {
  it('are counted while they are measured, part by part', async () => {
    const measurement = await runWork(
      workOf(async (_client, note) => {
        await delay(5);
        note('part', 5);
      }),
      LOAD,
    );
    expect(measurement.completed).toBeGreaterThan(0);
    expect(measurement.latency.count).toBe(measurement.completed);
    expect(measurement.steps['part']?.count).toBeGreaterThan(0);
    expect(measurement.errors).toEqual({});
    expect(measurement.seconds).toBeGreaterThanOrEqual(0.19);
  });

  it('tell what failed, and go on', async () => {
    let turn = 0;
    const measurement = await runWork(
      workOf(async () => {
        await delay(1);
        turn += 1;
        if (turn % 2 === 0) throw new Error('POST /orders: 503');
      }),
      LOAD,
    );
    expect(measurement.errors['POST /orders: 503']).toBeGreaterThan(0);
    expect(measurement.completed).toBeGreaterThan(0);
  });

  it('may be counted by what came of each piece of work', async () => {
    const measurement = await runWork(
      workOf(async () => {
        await delay(5);
        return [70, 80];
      }),
      LOAD,
    );
    expect(measurement.completed).toBeGreaterThan(0);
    expect(measurement.latency).toMatchObject({ count: measurement.completed, p50: 70, max: 80 });
  });

  it('are all ready before the first of them begins', async () => {
    let ready = 0;
    const begunWith: number[] = [];
    const work: Work = {
      ready: async (client) => {
        await delay(client * 20);
        ready += 1;
      },
      once: async () => {
        begunWith.push(ready);
        await delay(5);
      },
      close: async () => undefined,
    };
    await runWork(work, LOAD);
    expect(Math.min(...begunWith)).toBeGreaterThanOrEqual(LOAD.concurrency);
  });

  it('at a pace are timed from when they were due: a stall is met by all who would have come in it', async () => {
    let turn = 0;
    const work = workOf(async () => {
      turn += 1;
      // 100 ms of stall, in which twenty were due.
      if (turn === 3) await delay(100);
    });
    const paced = { concurrency: 1, warmUpMs: 0, measureMs: 400, ratePerSecond: 200, pids: {} };
    const { latency, corrected } = await runWork(work, paced);
    expect(latency.max).toBeGreaterThan(90);
    expect(latency.p90).toBeGreaterThan(20);
    expect(corrected).toEqual(latency);
  });
});
