import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { RepeatedJob } from '../../common/repeated-job.js';
import { Config } from '../../config/config.js';
import { OrderReader } from '../../orders/order-reader.js';
import { OrderFeed } from './order-feed.js';
import { OrderWatches } from './order-watches.js';

/** Versions that one query asks for. */
const BATCH = 500;

/**
 * Looks up which watched orders have changed, so that no viewer depends on a message: seldom while events arrive, and often while
 * they do not.
 */
@Injectable()
export class OrderCatchUp implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #job: RepeatedJob;
  #caughtUpAt = Date.now();

  constructor(
    @Inject(OrderReader) private readonly orders: OrderReader,
    @Inject(OrderWatches) private readonly watches: OrderWatches,
    @Inject(OrderFeed) private readonly feed: OrderFeed,
    @Inject(Config) private readonly config: Config,
  ) {
    this.#job = new RepeatedJob({
      name: 'catching up with watched orders',
      intervalMs: Math.min(config.LIVE_POLL_MS, config.LIVE_CATCH_UP_MS),
      round: async () => this.round(Date.now()),
    });
  }

  onApplicationBootstrap(): void {
    // What was published while nobody listened is looked up with the next round.
    this.feed.whenLive(() => {
      this.#caughtUpAt = 0;
    });
    this.#job.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#job.stop();
  }

  async round(now: number): Promise<void> {
    if (this.feed.isLive && now - this.#caughtUpAt < this.config.LIVE_CATCH_UP_MS) return;
    const watched = [...this.watches.versions()];
    for (let from = 0; from < watched.length; from += BATCH) {
      await this.#compare(watched.slice(from, from + BATCH));
    }
    // Only now: a round that fails is made again.
    this.#caughtUpAt = now;
  }

  async #compare(watched: readonly [orderId: string, version: number | undefined][]): Promise<void> {
    const current = await this.orders.versions(watched.map(([orderId]) => orderId));
    for (const [orderId, version] of watched) {
      const now = current.get(orderId);
      if (now !== undefined && now !== version) this.watches.refresh(orderId);
    }
  }
}
