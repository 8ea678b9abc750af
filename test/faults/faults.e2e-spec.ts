import { jest } from '@jest/globals';
import { HARMS } from './check/harm.js';
import { reconcileFindings } from './check/reconcile-witness.js';
import { FaultStack } from './fault-stack.js';
import { renderFindings } from './report.js';
import { SCENARIOS } from './scenarios.js';
import { runTrial } from './trial.js';

/** The least that buyers must have been promised in the short form, or the faults met nobody. */
const FEWEST_ACKNOWLEDGED = 10;
/** How many faults the short form of each scenario injects. */
const FAULTS: Readonly<Record<string, number>> = {
  'kill-service': 3,
  'kill-at-steps': 2,
  'nats-restart': 1,
  'payment-chaos': 40,
  'last-units': 6,
  'rolling-restart': 1,
};

jest.setTimeout(180_000);

/** The scenarios in their short form, on one stack: its streams and its database grow from one to the next. */
describe('whatever happens', () => {
  let stack: FaultStack;

  beforeAll(async () => {
    stack = await FaultStack.start();
  });

  afterAll(async () => {
    await stack?.stop();
  });

  const short = SCENARIOS.filter(({ run }) => run.short !== undefined);

  it('is what the scenarios say', () => {
    expect(short.map(({ name }) => name)).toEqual(Object.keys(FAULTS));
  });

  it.each(short)(
    '$name: nothing is lost, doubled, charged twice, oversold, untold or left undone',
    async (scenario) => {
      const report = await runTrial(scenario, 'short', stack, () => undefined);
      expect(renderFindings(report)).toEqual([]);
      expect(report.harms).toEqual(Object.fromEntries(HARMS.map((harm) => [harm, 0])));
      expect(report.faultCount).toBe(FAULTS[scenario.name]);
      expect(report.acknowledged).toBeGreaterThan(FEWEST_ACKNOWLEDGED);
    },
  );

  it('leaves nothing that the command for reconciling would find', async () => {
    expect(await reconcileFindings(stack)).toEqual([]);
  });
});
