import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import { inSpan, startReceived } from '@marketplace/tracing';
import { Background } from '../common/background.js';
import { within } from '../common/deadline.js';
import { Drain } from '../common/drain.js';
import { log } from '../common/logger.js';
import { inJob } from '../common/request-context.js';
import { RepeatedJob } from '../common/repeated-job.js';
import { Config } from '../config/config.js';
import { EventPublisher } from '../messaging/event-publisher.js';
import { Checkout } from './checkout.service.js';
import { hasPendingWork } from './domain/advance.js';
import { SYSTEM, type Order } from './domain/order.js';
import { runTimers } from './domain/timers.js';
import { OrderChanges } from './order-changes.service.js';
import { OrderWork } from './order-work.service.js';
import { OrderRepository } from './persistence/order.repository.js';
import { retryPauseMs } from './retry-pause.js';
import { timingOf } from './timing.js';

/** So many orders are in memory at once, however many wait after an outage. */
const BATCH_SIZE = 32;
const MOST_AT_ONCE = 16;
const HAND_BACK_WITHIN_MS = 1_000;
const RECOVERY = { transport: 'internal', operation: 'orders.recovery' } as const;

/**
 * Finishes what a crash, a time-out or an outage left undone, and does what the time has come for. Orders are taken in batches under a lease in the
 * database, so any number of replicas can look for work; a holder that stalls can do no harm, because every effect is repeatable.
 */
@Injectable()
export class OrderRecovery implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #job: RepeatedJob;
  /** Orders that are taken, and not yet looked after. */
  readonly #inHand = new Set<string>();

  constructor(
    @Inject(OrderRepository) private readonly orders: OrderRepository,
    @Inject(OrderChanges) private readonly changes: OrderChanges,
    @Inject(Checkout) private readonly checkout: Checkout,
    @Inject(OrderWork) private readonly work: OrderWork,
    @Inject(Background) private readonly background: Background,
    @Inject(EventPublisher) private readonly publisher: EventPublisher,
    @Inject(Drain) private readonly drain: Drain,
    @Inject(Config) private readonly config: Config,
  ) {
    const intervalMs = config.RECOVERY_INTERVAL_MS;
    this.#job = new RepeatedJob({
      name: 'the search for unfinished work',
      intervalMs,
      round: async () => this.round(),
    });
  }

  onApplicationBootstrap(): void {
    this.#job.start();
  }

  /** What is not finished by now is handed back, so that another replica need not wait for the leases to end. */
  async beforeApplicationShutdown(): Promise<void> {
    void this.#job.stop();
    const orderIds = new Set([...this.#inHand, ...this.background.subjects()]);
    if (orderIds.size === 0) return;
    log.info({ orders: orderIds.size }, 'handing back unfinished work');
    const handedBack = this.orders.handBack([...orderIds], new Date()).catch((error: unknown) => {
      log.warn({ reason: String(error) }, 'unfinished work was not handed back; its leases end by themselves');
    });
    await within(HAND_BACK_WITHIN_MS, handedBack);
  }

  /** Takes up everything that is overdue, batch by batch. */
  async round(): Promise<void> {
    let taken = 0;
    // Without NATS no far service can be asked and nothing be published: everything would be taken up in vain.
    while (this.publisher.isAvailable && !this.drain.hasBegun) {
      const lease = uuid();
      const now = Date.now();
      const leaseUntil = new Date(now + this.config.RECOVERY_AFTER_MS);
      const batch = await this.orders.claimDueWork(lease, BATCH_SIZE, new Date(now), leaseUntil);
      await this.#lookAfter(batch, lease);
      taken += batch.length;
      if (batch.length < BATCH_SIZE) break;
    }
    if (taken > 0) log.info({ orders: taken }, 'took up unfinished work');
  }

  async #lookAfter(batch: readonly Order[], lease: string): Promise<void> {
    for (const { id } of batch) this.#inHand.add(id);
    const waiting = batch.values();
    const worker = async (): Promise<void> => {
      for (const order of waiting) {
        // The rest stays in hand, and is handed back.
        if (this.drain.hasBegun) return;
        const work = { name: RECOVERY.operation, kind: 'internal', attributes: { 'order.id': order.id } } as const;
        await inJob(RECOVERY, async () =>
          inSpan(startReceived(work, undefined), async () => this.#recover(order, lease)),
        );
        this.#inHand.delete(order.id);
      }
    };
    await Promise.all(Array.from({ length: Math.min(MOST_AT_ONCE, batch.length) }, worker));
  }

  async #recover(order: Order, lease: string): Promise<void> {
    try {
      const context = { now: new Date(), actor: SYSTEM };
      const rule = (state: Order): Order => runTimers(state, timingOf(this.config), context);
      const current = (await this.changes.apply(order.id, rule, order)) ?? order;
      // What needs no answer of the Payment Service goes first: one that is slow must not hold up stock and events.
      const worked = await this.work.run(current);
      const left = await this.work.run(await this.checkout.resume(worked), true);
      if (hasPendingWork(left)) await this.#tryLater(left, lease);
    } catch (error) {
      log.warn({ err: error, orderId: order.id }, 'recovery of an order failed; it will be tried again');
    }
  }

  async #tryLater(order: Order, lease: string): Promise<void> {
    const now = Date.now();
    const pauseMs = retryPauseMs(now - order.updatedAt.getTime(), this.config.RECOVERY_AFTER_MS);
    await this.orders.extendLease(order, lease, new Date(now + pauseMs));
  }
}
