import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { log } from '../common/logger.js';
import { Config } from '../config/config.js';
import { CartEventRelay } from './cart-event-relay.service.js';
import { CartExpiry } from './cart-expiry.service.js';

/** Runs the background jobs of carts again and again: ends expired ones, then publishes what waits. */
@Injectable()
export class CartSweep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;
  #stopped = false;
  #isBlind = false;

  constructor(
    @Inject(CartExpiry) private readonly expiry: CartExpiry,
    @Inject(CartEventRelay) private readonly relay: CartEventRelay,
    @Inject(Config) private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    this.#schedule();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#round;
  }

  #schedule(): void {
    if (this.#stopped) return;
    // Replicas that start together drift apart, and seldom publish the same events twice.
    const pauseMs = this.config.CART_SWEEP_INTERVAL_MS * (0.75 + Math.random() / 2);
    this.#timer = setTimeout(() => {
      this.#round = this.#sweep().finally(() => this.#schedule());
    }, pauseMs);
  }

  async #sweep(): Promise<void> {
    try {
      const expired = await this.#repeat(async () => this.expiry.round());
      if (expired > 0) log.info({ carts: expired }, 'expired carts abandoned');
      await this.#repeat(async () => this.relay.round());
      this.#isBlind = false;
    } catch (error) {
      // Said once an outage, not once a second.
      if (!this.#isBlind) log.warn({ reason: String(error) }, 'cannot look after carts; still trying');
      this.#isBlind = true;
    }
  }

  async #repeat(job: () => Promise<{ done: number; isMore: boolean }>): Promise<number> {
    let total = 0;
    for (;;) {
      const { done, isMore } = await job();
      total += done;
      // A full batch of which none could be done would come again and again.
      if (!isMore || done === 0 || this.#stopped) return total;
    }
  }
}
