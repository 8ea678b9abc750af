import { waitUntil, type Log } from '@marketplace/local-stack';
import { Tokens } from '../load/replay/tokens.js';
import { check } from './check/check.js';
import { countHarms, type Finding, type HarmCounts } from './check/harm.js';
import { countHeldCarts, countWaitingCarts, readFacts, UNSETTLED } from './check/read-facts.js';
import { reconcileFindings } from './check/reconcile-witness.js';
import type { FaultStack } from './fault-stack.js';
import { Buyers } from './load/buyers.js';
import { Load, type LoadOptions } from './load/load.js';
import { Records } from './load/records.js';
import { ServiceClient } from './load/service-client.js';
import { RecoveryWatch } from './recovery-watch.js';
import type { Form, Scenario, Story } from './scenario.js';

/** The bound that the service promises: so long after a fault has healed nothing is unsettled. */
const RECOVERY_BOUND_MS = 60_000;

/** The row of a scenario. */
export interface TrialReport extends Story {
  scenario: string;
  acknowledged: number;
  harms: HarmCounts;
  findings: Finding[];
  longestRecoveryMs: number;
  tookMs: number;
}

/** One run of a scenario on a running stack: its buyers, what they write down, and how long things take to recover. */
export class Trial {
  readonly records = new Records();
  readonly tokens = new Tokens();
  readonly client: ServiceClient;
  readonly buyers: Buyers;
  readonly recovery: RecoveryWatch;
  readonly #clients: ServiceClient[] = [];

  constructor(
    readonly stack: FaultStack,
    readonly log: Log,
  ) {
    this.client = this.#connect(stack.addresses);
    this.buyers = new Buyers(this.client, this.tokens, this.records);
    this.recovery = new RecoveryWatch(stack);
  }

  /** Starts buyers; whoever starts them stops them. */
  load(options: LoadOptions): Load {
    if (options.through === undefined) return new Load(this.buyers, options, this.log);
    const client = this.#connect([options.through]);
    return new Load(new Buyers(client, this.tokens, this.records), options, this.log);
  }

  /** The load in words. */
  describe(load: Load): string {
    const { replicas } = this.stack;
    return `${replicas.length} replicas, ${load.options.buyers} buyers, ${Math.round(load.tookMs / 1_000)} s`;
  }

  async close(): Promise<void> {
    await this.recovery.stop();
    for (const client of this.#clients) client.close();
  }

  #connect(addresses: readonly string[]): ServiceClient {
    const client = new ServiceClient(addresses);
    this.#clients.push(client);
    return client;
  }

  /** Waits until nothing is left to do, as long as that may take. What is left then is found by the check. */
  async untilQuiet(): Promise<void> {
    const isQuiet = async (): Promise<boolean> => {
      const left = [
        await this.stack.orders.countDocuments(UNSETTLED),
        await countWaitingCarts(this.stack),
        await countHeldCarts(this.stack),
      ];
      return left.every((count) => count === 0);
    };
    await waitUntil('quiet', isQuiet, { deadlineMs: RECOVERY_BOUND_MS, pollMs: 100 }).catch((error: unknown) =>
      this.log(String(error)),
    );
  }

  async findings(): Promise<Finding[]> {
    return check(await readFacts(this.stack, this.records));
  }
}

/** Runs a scenario in one of its forms, waits for quiet, and checks everything. */
export async function runTrial(scenario: Scenario, form: Form, stack: FaultStack, log: Log): Promise<TrialReport> {
  const run = scenario.run[form];
  if (!run) throw new Error(`${scenario.name} has no ${form} form`);
  const startedAt = Date.now();
  const trial = new Trial(stack, log);
  try {
    const story = await run(trial);
    const healedAt = story.healedAt ?? Date.now();
    log('waiting for quiet');
    await trial.untilQuiet();
    const longestRecoveryMs = Math.max(trial.recovery.longestMs, Date.now() - healedAt);
    log('checking');
    const findings = [...(story.findings ?? []), ...(await trial.findings())];
    // The short forms share a stack, so that it is enough to ask once, after the last.
    if (form === 'long') findings.push(...(await reconcileFindings(stack)));
    return {
      scenario: scenario.name,
      ...story,
      acknowledged: trial.records.acknowledged,
      harms: countHarms(findings),
      findings,
      longestRecoveryMs,
      tookMs: Date.now() - startedAt,
    };
  } finally {
    await trial.close();
  }
}
