import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { log } from '../common/logger.js';
import { Config } from '../config/config.js';
import { Checkout } from './checkout.service.js';
import { SYSTEM, type Order } from './domain/order.js';
import { runTimers } from './domain/timers.js';
import { OrderChanges } from './order-changes.service.js';
import { OrderWork } from './order-work.service.js';
import { OrderRepository } from './persistence/order.repository.js';
import { timingOf } from './timing.js';

const MOST_AT_ONCE = 8;
const MOST_A_ROUND = 400;

/**
 * Finishes what a crash, a time-out or an outage left undone, and does what the time has come for. Each order is taken under a lease in the database, so any
 * number of replicas can look for work; a holder that stalls can do no harm, because every effect is repeatable.
 */
@Injectable()
export class OrderRecovery implements OnApplicationBootstrap, BeforeApplicationShutdown {
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;
  #stopped = false;
  #isBlind = false;

  constructor(
    @Inject(OrderRepository) private readonly orders: OrderRepository,
    @Inject(OrderChanges) private readonly changes: OrderChanges,
    @Inject(Checkout) private readonly checkout: Checkout,
    @Inject(OrderWork) private readonly work: OrderWork,
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

  /** Takes up everything that is overdue, within the bounds of a round. */
  async round(): Promise<number> {
    // One look is all that an idle system costs; only when there is work do more hands come.
    if (!(await this.#takeOne())) return 0;
    let taken = 1;
    const worker = async (): Promise<void> => {
      while (!this.#stopped && taken < MOST_A_ROUND && (await this.#takeOne())) taken += 1;
    };
    await Promise.all(Array.from({ length: MOST_AT_ONCE }, worker));
    return taken;
  }

  async #takeOne(): Promise<boolean> {
    const now = Date.now();
    const order = await this.orders.claimDueWork(new Date(now), new Date(now + this.config.RECOVERY_AFTER_MS));
    if (order) await this.#recover(order);
    return order !== undefined;
  }

  async #recover(order: Order): Promise<void> {
    try {
      const context = { now: new Date(), actor: SYSTEM };
      const rule = (state: Order): Order => runTimers(state, timingOf(this.config), context);
      const current = (await this.changes.apply(order.id, rule, order)) ?? order;
      // What needs no answer of the Payment Service goes first: one that is slow must not hold up stock and events.
      const worked = await this.work.run(current);
      await this.work.run(await this.checkout.resume(worked), true);
    } catch (error) {
      log.warn({ err: error, orderId: order.id }, 'recovery of an order failed; it will be tried again');
    }
  }

  #schedule(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#round = this.#lookForWork().finally(() => this.#schedule());
    }, this.config.RECOVERY_INTERVAL_MS);
  }

  async #lookForWork(): Promise<void> {
    try {
      const taken = await this.round();
      if (taken > 0) log.info({ orders: taken }, 'took up unfinished work');
      this.#isBlind = false;
    } catch (error) {
      // Said once an outage, not once a second.
      if (!this.#isBlind) log.warn({ reason: String(error) }, 'cannot look for unfinished work; still trying');
      this.#isBlind = true;
    }
  }
}
