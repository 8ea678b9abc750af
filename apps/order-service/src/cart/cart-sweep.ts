import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Drain } from '../common/drain.js';
import { log } from '../common/logger.js';
import { RepeatedJob } from '../common/repeated-job.js';
import { Config } from '../config/config.js';
import { CartEventRelay } from './cart-event-relay.service.js';
import { CartExpiry } from './cart-expiry.service.js';

/** Runs the background jobs of carts again and again: ends expired ones, then publishes what waits. */
@Injectable()
export class CartSweep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #job: RepeatedJob;

  constructor(
    @Inject(CartExpiry) private readonly expiry: CartExpiry,
    @Inject(CartEventRelay) private readonly relay: CartEventRelay,
    @Inject(Drain) private readonly drain: Drain,
    @Inject(Config) config: Config,
  ) {
    const intervalMs = config.CART_SWEEP_INTERVAL_MS;
    this.#job = new RepeatedJob({ name: 'the care for carts', intervalMs, round: async () => this.#sweep() });
  }

  onApplicationBootstrap(): void {
    this.#job.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#job.stop();
  }

  async #sweep(): Promise<void> {
    const expired = await this.#repeat(async () => this.expiry.round());
    if (expired > 0) log.info({ carts: expired }, 'expired carts abandoned');
    await this.#repeat(async () => this.relay.round());
  }

  async #repeat(job: () => Promise<{ done: number; isMore: boolean }>): Promise<number> {
    let total = 0;
    while (!this.drain.hasBegun) {
      const { done, isMore } = await job();
      total += done;
      // A full batch of which none could be done would come again and again.
      if (!isMore || done === 0) break;
    }
    return total;
  }
}
