import { waitUntil } from '@marketplace/local-stack';
import { FarService } from './far-service.js';
import { ServiceBusyError, ServiceRefusedError, ServiceUnavailableError } from './service-errors.js';

const SUBJECT = 'payments.authorize';
const service = (limits: Partial<ConstructorParameters<typeof FarService>[1]> = {}): FarService =>
  new FarService('payments', { concurrency: 2, queueLength: 1, longestPauseMs: 500, ...limits });

const succeeds = async (): Promise<string> => 'done';
const timesOut = async (): Promise<never> => {
  throw new ServiceUnavailableError('timeout');
};
const refuses = async (): Promise<never> => {
  throw new ServiceRefusedError('refused');
};

/** A call that ends when it is told to. */
function heldCall(): { call: () => Promise<string>; release: () => void } {
  let release!: () => void;
  const released = new Promise<string>((resolve) => {
    release = () => resolve('released');
  });
  return { call: async () => released, release };
}

async function outcomes(far: FarService, count: number, call: () => Promise<string>): Promise<string[]> {
  const names: string[] = [];
  for (let number = 0; number < count; number += 1) {
    names.push(await far.ask(SUBJECT, call).catch((error: Error) => error.message));
  }
  return names;
}

describe('asking a far service', () => {
  it('hands on the answer, and the failure', async () => {
    const far = service();
    await expect(far.ask(SUBJECT, succeeds)).resolves.toBe('done');
    await expect(far.ask(SUBJECT, refuses)).rejects.toThrow(ServiceRefusedError);
    await expect(far.ask(SUBJECT, timesOut)).rejects.toThrow('timeout');
  });

  it('holds at most as many calls as it may, lets a few wait, and refuses the next at once', async () => {
    const far = service();
    const { call, release } = heldCall();
    const held = [1, 2, 3].map(async () => far.ask(SUBJECT, call));
    expect([far.callsUnderWay, far.callsWaiting]).toEqual([2, 1]);
    await expect(far.ask(SUBJECT, succeeds)).rejects.toThrow(ServiceBusyError);
    release();
    await expect(Promise.all(held)).resolves.toEqual(['released', 'released', 'released']);
    expect([far.callsUnderWay, far.callsWaiting]).toEqual([0, 0]);
    await expect(far.ask(SUBJECT, succeeds)).resolves.toBe('done');
  });

  it('is left alone once most calls fail, and asked again after a bounded pause', async () => {
    const far = service();
    const seen = await outcomes(far, 15, timesOut);
    expect(seen.slice(0, 10)).toEqual(Array(10).fill('timeout'));
    expect(seen.at(-1)).toContain('is not asked');
    expect(far.isLeftAlone).toBe(true);
    let asked = 0;
    await waitUntil('it is asked again', async () => {
      const answer = await far.ask(SUBJECT, async () => `asked ${(asked += 1)}`).catch(() => undefined);
      return answer === 'asked 1';
    });
    expect(far.isLeftAlone).toBe(false);
  });

  it('asks one call to try it, and lets no other wait for that one', async () => {
    const far = service();
    await outcomes(far, 15, timesOut);
    const { call, release } = heldCall();
    let trial: Promise<string> | undefined;
    await waitUntil('the trial has begun', async () => {
      let begun = false;
      const attempt = far.ask(SUBJECT, async () => {
        begun = true;
        return call();
      });
      attempt.catch(() => undefined);
      if (begun) trial = attempt;
      return begun;
    });
    await expect(far.ask(SUBJECT, succeeds)).rejects.toThrow('is not asked');
    release();
    await expect(trial).resolves.toBe('released');
    await expect(far.ask(SUBJECT, succeeds)).resolves.toBe('done');
  });

  it('is not left alone for refusals, nor for a lost answer now and then', async () => {
    const far = service();
    await outcomes(far, 30, refuses);
    expect(far.isLeftAlone).toBe(false);
    for (let round = 0; round < 20; round += 1) await outcomes(far, 1, round % 2 === 0 ? timesOut : succeeds);
    expect(far.isLeftAlone).toBe(false);
  });
});
