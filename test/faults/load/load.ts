import { setTimeout as delay } from 'node:timers/promises';
import type { Buyers } from './buyers.js';
import { purchase, type Purchase } from './purchases.js';

export interface LoadOptions {
  buyers: number;
  /** Longest pause of a buyer before the next purchase; pauses are random, so that faults meet every step. */
  pauseMs: number;
  /** Most purchases in all. */
  most?: number;
  /** Changes a purchase of the usual mix. */
  adapt?: (usual: Purchase, n: number) => Purchase;
}

/** Buyers who buy one thing after another until they are stopped. */
export class Load {
  started = 0;
  #stopped = false;
  readonly #done: Promise<unknown>;

  constructor(
    private readonly buyers: Buyers,
    private readonly options: LoadOptions,
  ) {
    this.#done = Promise.all(Array.from({ length: options.buyers }, async () => this.#buyOn()));
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
    const { most = Infinity, pauseMs, adapt = (usual: Purchase) => usual } = this.options;
    while (!this.#stopped && this.started < most) {
      const n = this.started;
      this.started += 1;
      await this.buyers.buy(adapt(purchase(n), n));
      await delay(Math.random() * pauseMs);
    }
  }
}
