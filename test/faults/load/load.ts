import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '@marketplace/local-stack';
import type { Buyers } from './buyers.js';
import { purchase } from './purchases.js';

export interface LoadOptions {
  buyers: number;
  /** Longest pause of a buyer before the next purchase; pauses are random, so that faults meet every step. */
  pauseMs: number;
  /** Most purchases in all. */
  most?: number;
  /** The address of a load balancer; the replicas themselves unless told. */
  through?: string;
  /** Tells how far it is after every so many purchases. */
  tellEvery?: number;
}

/** Buyers who buy one thing after another until they are stopped. */
export class Load {
  started = 0;
  /** How long it went on; 0 until it has ended. */
  tookMs = 0;
  readonly #startedAt = Date.now();
  #stopped = false;
  readonly #done: Promise<unknown>;

  constructor(
    private readonly buyers: Buyers,
    readonly options: LoadOptions,
    private readonly log: Log,
  ) {
    const buying = Array.from({ length: options.buyers }, async () => this.#buyOn());
    this.#done = Promise.all(buying).then(() => (this.tookMs = Date.now() - this.#startedAt));
  }

  /** Settles when all purchases have been made. */
  async done(): Promise<void> {
    await this.#done;
  }

  /** Lets every buyer finish what it is at. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#done;
  }

  async #buyOn(): Promise<void> {
    const { most = Infinity, pauseMs, tellEvery = Infinity } = this.options;
    while (!this.#stopped && this.started < most) {
      const n = this.started;
      this.started += 1;
      if (n > 0 && n % tellEvery === 0) this.log(`${n} purchases begun`);
      await this.buyers.buy(purchase(n));
      await delay(Math.random() * pauseMs);
    }
  }
}
