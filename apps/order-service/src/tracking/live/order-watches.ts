import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { log } from '../../common/logger.js';
import { lastSequence, type Order } from '../../orders/domain/order.js';
import { OrderReader } from '../../orders/order-reader.js';
import { OrderFeed } from './order-feed.js';
import { SharedReads } from './shared-reads.js';

/** Histories that a replica reads at once for its viewers: other requests need the database as well. */
const MOST_READS = 8;
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 10_000;
/** An event is published after it was written: a history that lacks it still after so many reads will never have it. */
const MOST_VAIN_READS = 5;

/** Somebody who watches an order. */
export interface OrderWatcher {
  /**
   * Is given the order whenever it may have changed.
   *
   * @param texts what has been made of it for others, by what they see
   */
  show(order: Order, texts: Map<string, string>): void;
}

interface Watch {
  readonly watchers: Set<OrderWatcher>;
  /** What has been read last. */
  version: number | undefined;
  sequence: number;
  /** The latest event that has been heard of. */
  announced: number;
  vainReads: number;
  retry: NodeJS.Timeout | undefined;
  failures: number;
}

/**
 * The orders that are watched on this replica. Whatever says that one has changed, an event or a look at the database, only
 * causes its history to be read: what viewers see, and in what order, is always the history's.
 */
@Injectable()
export class OrderWatches implements OnModuleInit {
  readonly #watches = new Map<string, Watch>();
  readonly #reads: SharedReads<Order | undefined>;

  constructor(
    @Inject(OrderReader) orders: OrderReader,
    @Inject(OrderFeed) private readonly feed: OrderFeed,
  ) {
    this.#reads = new SharedReads(async (orderId) => orders.forViewers(orderId), MOST_READS);
  }

  onModuleInit(): void {
    this.feed.onEvent(({ event }) => this.announce(event.subject, event.sequence));
  }

  /** To be called before the order is read for the watcher, lest a change in between go unnoticed. */
  watch(orderId: string, watcher: OrderWatcher): void {
    const watch = this.#watches.get(orderId) ?? newWatch();
    watch.watchers.add(watcher);
    this.#watches.set(orderId, watch);
  }

  unwatch(orderId: string, watcher: OrderWatcher): void {
    const watch = this.#watches.get(orderId);
    watch?.watchers.delete(watcher);
    if (watch?.watchers.size !== 0) return;
    clearTimeout(watch.retry);
    this.#watches.delete(orderId);
  }

  /** The order as it is now; many who ask at the same time share one read. */
  async read(orderId: string): Promise<Order | undefined> {
    return this.#reads.fresh(orderId);
  }

  /** The orders that are watched, each with the version that was read last. */
  versions(): Map<string, number | undefined> {
    return new Map(Array.from(this.#watches, ([orderId, { version }]) => [orderId, version]));
  }

  get size(): number {
    return this.#watches.size;
  }

  /** An event of the order has been heard of. */
  announce(orderId: string, sequence: number): void {
    const watch = this.#watches.get(orderId);
    if (!watch || sequence <= Math.max(watch.announced, watch.sequence)) return;
    watch.announced = sequence;
    watch.vainReads = 0;
    this.refresh(orderId);
  }

  /**
   * A watcher has begun with this state of the order. What has happened since, or what others have not seen yet, is shown to all.
   *
   * @param shown the last event that the watcher was given
   */
  settle(order: Order, shown: number): void {
    const watch = this.#watches.get(order.id);
    if (!watch) return;
    watch.version ??= order.version;
    watch.sequence = Math.max(watch.sequence, shown);
    if (watch.version !== order.version || Math.max(watch.announced, watch.sequence) > shown) this.refresh(order.id);
  }

  /** Shows the order anew to everybody who watches it. A read that fails is made again, as long as somebody does. */
  refresh(orderId: string): void {
    const watch = this.#watches.get(orderId);
    if (!watch || watch.retry) return;
    this.#reads.fresh(orderId).then(
      (order) => this.#show(orderId, order),
      (error: unknown) => this.#failed(orderId, error),
    );
  }

  #show(orderId: string, order: Order | undefined): void {
    const watch = this.#watches.get(orderId);
    if (!watch || !order || order.version < (watch.version ?? 0)) return;
    watch.failures = 0;
    watch.version = order.version;
    watch.sequence = lastSequence(order);
    const texts = new Map<string, string>();
    for (const watcher of watch.watchers) watcher.show(order, texts);
    if (watch.announced <= watch.sequence || watch.vainReads >= MOST_VAIN_READS) return;
    watch.vainReads += 1;
    this.#again(orderId, watch, FIRST_RETRY_MS);
  }

  #failed(orderId: string, error: unknown): void {
    const watch = this.#watches.get(orderId);
    if (!watch) return;
    if (watch.failures === 0)
      log.warn({ orderId, reason: String(error) }, 'a watched order was not read; still trying');
    watch.failures += 1;
    this.#again(orderId, watch, Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** watch.failures));
  }

  #again(orderId: string, watch: Watch, afterMs: number): void {
    if (watch.retry) return;
    // Those that wait for the same database do not come all at once.
    watch.retry = setTimeout(
      () => {
        watch.retry = undefined;
        this.refresh(orderId);
      },
      afterMs * (0.5 + Math.random()),
    ).unref();
  }
}

function newWatch(): Watch {
  return {
    watchers: new Set(),
    version: undefined,
    sequence: 0,
    announced: 0,
    vainReads: 0,
    retry: undefined,
    failures: 0,
  };
}
