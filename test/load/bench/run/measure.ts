import { setTimeout as delay } from 'node:timers/promises';
import type { BenchArguments } from '../arguments.js';
import { FLOOR_OF, perSecond, type BenchReport, type Cell } from '../bench-report.js';
import { VIEWERS_AN_ORDER, type Buyer, type Floor, type Job, type PlacedOrder, type Scenario } from '../job.js';
import { readUsage } from '../process-usage.js';
import { timeStart, type BenchStack } from './bench-stack.js';
import { describeMachine } from './machine.js';
import { recordOrder, whenSettled } from './record-order.js';

const BUYERS = 2_000;
/** Enough that everybody's history fills a page. */
const READERS = 10;
const ORDERS_TO_READ = 22 * READERS;
const PLACING_CLIENTS = 4;
const IDLE_MS = 3_000;
/** At this share of what it can do a service should still answer in time: the pace at which latency is judged. */
const PACED_SHARE = 0.7;
const PACED_CLIENTS = 16;
/** What is judged by that, and how many are counted each time that it is done. */
const COUNTED_EACH: Partial<Record<Scenario, number>> = { checkout: 1, track: VIEWERS_AN_ORDER };

/** What clients need: who they are, and what there is to read. */
interface Population {
  buyers: readonly Buyer[];
  /** Their carts are never ordered. */
  fillers: readonly Buyer[];
  staffToken: string;
  orders: readonly PlacedOrder[];
}

/** Measures everything that was asked for, one after another. */
export class Measuring {
  readonly #cells: Cell[] = [];

  constructor(
    private readonly stack: BenchStack,
    private readonly given: BenchArguments,
    private readonly log: (line: string) => void,
  ) {}

  async run(): Promise<BenchReport> {
    const startedAt = new Date().toISOString();
    const machine = await describeMachine();
    const readyMs = this.given.profileFolder === undefined ? await timeStart(this.stack) : 0;
    await delay(IDLE_MS);
    const idleResidentBytes = readUsage(this.stack.parts.service.pid)?.residentBytes ?? 0;
    const population = await this.#populate();
    for (const scenario of this.given.only) await this.#measureScenario(scenario, population);
    const metrics = await this.#scrape();
    const commands = await this.#measureFloors(population);
    return {
      startedAt,
      machine,
      secondsEach: this.given.seconds,
      readyMs,
      idleResidentBytes,
      cells: this.#cells,
      commands,
      metrics,
    };
  }

  async #scrape(): Promise<string> {
    const reply = await fetch(`${this.stack.baseUrl}/metrics`);
    if (!reply.ok) throw new Error(`GET /metrics: ${reply.status}`);
    return reply.text();
  }

  async #populate(): Promise<Population> {
    const { keys } = this.stack;
    const buyers = await keys.buyers('buyer', BUYERS);
    const fillers = await keys.buyers('filler', Math.max(...this.given.concurrency));
    const readers = await keys.buyers('reader', READERS);
    const job = { warmUpMs: 0, measureMs: 0, orders: [], staffToken: '' };
    const placing = { ...job, work: 'place-orders', concurrency: PLACING_CLIENTS, buyers: readers } as const;
    const { orders = [] } = await this.stack.run({ ...placing, orderCount: ORDERS_TO_READ });
    await whenSettled(this.stack);
    return { buyers, fillers, orders, staffToken: await keys.token('staff', 'support') };
  }

  async #measureScenario(scenario: Scenario, population: Population): Promise<void> {
    for (const concurrency of this.given.concurrency) {
      await this.#measure(scenario, concurrency, population);
      const countedEach = COUNTED_EACH[scenario];
      if (countedEach === undefined || concurrency !== PACED_CLIENTS) continue;
      const fastest = this.#cells.at(-1);
      if (!fastest || fastest.measurement.completed === 0) continue;
      const ratePerSecond = Math.max(1, Math.round((perSecond(fastest.measurement) / countedEach) * PACED_SHARE));
      await this.#measure(scenario, concurrency, population, { ratePerSecond });
    }
  }

  /** The floors come last: with the service away, nobody else reads what their far services tell. */
  async #measureFloors(population: Population): Promise<BenchReport['commands']> {
    const { recording, counts } = await recordOrder(this.stack, await this.stack.keys.buyers('recorded', 100));
    await this.stack.parts.service.stop();
    if (!this.given.hasFloor) return counts;
    const floors = this.given.only.flatMap((scenario) => FLOOR_OF[scenario] ?? []);
    const bare = floors.some((floor) => floor !== 'floor-checkout') ? await this.stack.startBareServer() : undefined;
    try {
      for (const floor of floors) {
        for (const concurrency of this.given.concurrency) {
          const server = floor === 'floor-checkout' ? undefined : bare;
          const pids = { ...this.stack.pids(server?.process), ...(server ? {} : { service: 0 }) };
          await this.#measure(floor, concurrency, population, {
            recording,
            pids,
            ...(server && { baseUrl: server.baseUrl }),
          });
        }
      }
    } finally {
      await bare?.process.stop();
    }
    return counts;
  }

  async #measure(
    work: Scenario | Floor,
    concurrency: number,
    { fillers, ...population }: Population,
    special: Partial<Job> = {},
  ): Promise<void> {
    const { ratePerSecond } = special;
    const { measurement } = await this.stack.run({
      work,
      concurrency,
      warmUpMs: this.given.warmUpSeconds * 1000,
      measureMs: this.given.seconds * 1000,
      ...population,
      ...(work === 'add-to-cart' ? { buyers: fillers } : {}),
      ...special,
    });
    if (!measurement) throw new Error(`${work} was not measured`);
    this.#cells.push({ work, concurrency, ...(ratePerSecond === undefined ? {} : { ratePerSecond }), measurement });
    const { p50, p95 } = measurement.latency;
    const pace = ratePerSecond === undefined ? '' : ` at ${ratePerSecond}/s`;
    this.log(
      `${work}, ${concurrency} clients${pace}: ${perSecond(measurement).toFixed(1)}/s, ` +
        `p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms`,
    );
    for (const [error, count] of Object.entries(measurement.errors)) this.log(`  ${count} times ${error}`);
  }
}
