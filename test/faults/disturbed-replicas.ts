import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { waitUntil } from '@marketplace/local-stack';
import type { Client, Reply } from '../support/client.js';
import type { Replica, TestStack } from '../support/stack.js';

const PRELOAD = pathToFileURL(resolve('test/faults/disturbed-steps.mjs')).href;
/** Whatever these replicas leave undone is another one's to do. */
const NEVER = { RECOVERY_INTERVAL_MS: '3600000', CART_SWEEP_INTERVAL_MS: '3600000' };

/** What is to become of a step; `disturbed-steps.mjs` has them all, and all the steps. */
export type Mode = 'dies-before' | 'dies-after' | 'fails-before' | 'fails-after' | 'twice' | 'stalls';

/** Replicas of the service in whose work a request can disturb a step. */
export class DisturbedReplicas {
  #mortal: Promise<Mortal> | undefined;
  readonly #starting = new Set<Promise<Replica>>();

  private constructor(
    private readonly stack: TestStack,
    private readonly lasting: Replica,
  ) {}

  static async start(stack: TestStack): Promise<DisturbedReplicas> {
    return new DisturbedReplicas(stack, await startReplica(stack));
  }

  /** Waits for those that may still be starting, so that the stack can end them. */
  async stop(): Promise<void> {
    await Promise.allSettled(this.#starting);
  }

  /** A disturbance of the first of each of these steps that a request leads to. */
  async disturb(steps: Record<string, Mode>): Promise<Disturbance> {
    if (!Object.values(steps).some(isDeadly)) return new Disturbance(steps, this.lasting);
    const mortal = await this.#joinMortal();
    return new Disturbance(steps, mortal.replica, async () => this.#die(mortal));
  }

  async #joinMortal(): Promise<Mortal> {
    this.#mortal ??= this.#startMortal();
    const joined = this.#mortal;
    const mortal = await joined;
    // The last that was awaited may have come meanwhile.
    if (this.#mortal !== joined) return this.#joinMortal();
    mortal.awaited += 1;
    return mortal;
  }

  async #startMortal(): Promise<Mortal> {
    const starting = startReplica(this.stack);
    this.#starting.add(starting);
    return { replica: await starting, awaited: 0 };
  }

  /** Starting a process is dear: those who are to die at the same time stop at their steps until all have come to them. */
  async #die(mortal: Mortal): Promise<void> {
    mortal.awaited -= 1;
    if (mortal.awaited === 0) {
      this.#mortal = undefined;
      mortal.replica.process.signalGroup('SIGKILL');
    }
    await expect(mortal.replica.process.exited).resolves.toEqual({ code: null, signal: 'SIGKILL' });
  }
}

/** A replica that is killed when so many orders have come to the steps at which it is to die. */
interface Mortal {
  replica: Replica;
  awaited: number;
}

async function startReplica(stack: TestStack): Promise<Replica> {
  return stack.startReplica(NEVER, { nodeArgs: ['--import', PRELOAD], asModules: true });
}

/** A request that may be made again, as its headers have an Idempotency-Key. */
export interface RepeatableRequest {
  path: string;
  body: unknown;
  headers: Record<string, string>;
}

/** One disturbance, and the replica that it happens to. */
export class Disturbance {
  readonly #id = randomUUID();
  #first: Promise<Reply<unknown> | undefined> = Promise.resolve(undefined);

  constructor(
    private readonly steps: Readonly<Record<string, Mode>>,
    private readonly replica: Replica,
    /** Ends the replica with this disturbance, if it is to. */
    private readonly die: () => Promise<void> = async () => undefined,
  ) {}

  /**
   * Asks the replica, once, and waits for the disturbance.
   *
   * @returns the answer; undefined when there is none, as the replica has died or waits for a step that stalls
   */
  async ask<Body>(caller: Client, { path, body, headers }: RepeatableRequest): Promise<Reply<Body> | undefined> {
    const disturbance = JSON.stringify({ id: this.#id, steps: this.steps });
    const first = caller
      .at(this.replica.baseUrl)
      .post<Body>(path, body, { ...headers, 'x-disturb': disturbance })
      .catch(() => undefined);
    this.#first = first;
    if (this.#stalled.length > 0) {
      await this.#written('disturbed', ...this.#stalled);
      return undefined;
    }
    await this.#happened();
    return first;
  }

  /**
   * Asks the replica, and then, as a good client does, a healthy one until the answer is definite.
   *
   * @returns the definite answer, after the disturbance has happened
   */
  async persist<Body>(caller: Client, request: RepeatableRequest): Promise<Reply<Body>> {
    const first = await this.ask<Body>(caller, request);
    return isDefinite(first) ? first : untilDefinite(caller, request);
  }

  /**
   * Lets a step that stalls go on at last, when everybody else is done with the order. Whoever has waited for it hears what
   * the others have heard, or that it may try again.
   *
   * @returns whether there was such a step
   */
  async resume(heard?: Reply<unknown>): Promise<boolean> {
    if (this.#stalled.length === 0) return false;
    const headers = { 'x-disturb': JSON.stringify({ resume: this.#id }) };
    await fetch(`${this.replica.baseUrl}/health/live`, { headers });
    await this.#written('resumed', ...this.#stalled);
    await this.#happened();
    const late = await this.#first;
    if (isDefinite(late)) expect(essence(late)).toEqual(essence(heard));
    return true;
  }

  async #happened(): Promise<void> {
    await this.#written('disturbed', ...Object.keys(this.steps));
    await this.die();
  }

  get #stalled(): string[] {
    return Object.keys(this.steps).filter((step) => this.steps[step] === 'stalls');
  }

  async #written(what: 'disturbed' | 'resumed', ...steps: string[]): Promise<void> {
    for (const step of steps) {
      await waitUntil(`${step} is ${what}`, () => this.replica.process.hasWritten(`${what} ${this.#id} ${step}`), {
        deadlineMs: 10_000,
        pollMs: 50,
      });
    }
  }
}

function isDeadly(mode: Mode): boolean {
  return mode.startsWith('dies');
}

/** Asks until the answer is neither a failure that passes by itself nor word of a first request that is still running. */
export async function untilDefinite<Body>(caller: Client, request: RepeatableRequest): Promise<Reply<Body>> {
  return waitUntil(
    'the answer is definite',
    async () => {
      const reply = await caller.post<Body>(request.path, request.body, request.headers);
      return isDefinite(reply) && reply;
    },
    { deadlineMs: 15_000, pollMs: 100 },
  );
}

function isDefinite<Body>(reply: Reply<Body> | undefined): reply is Reply<Body> {
  const { code } = (reply?.body ?? {}) as { code?: string };
  return reply !== undefined && reply.status < 500 && code !== 'idempotency_in_progress';
}

/** The order that an answer is about, or the failure that it tells. */
function essence(reply: Reply<unknown> | undefined): { id?: string; code?: string } {
  const { id, code } = (reply?.body ?? {}) as { id?: string; code?: string };
  return { id, code };
}
