import { Inject, Injectable } from '@nestjs/common';
import { untilWritten } from '../common/compare-and-set.js';
import { KeyedQueue } from '../common/keyed-queue.js';
import { Config } from '../config/config.js';
import { hasPendingWork } from './domain/advance.js';
import type { Order } from './domain/order.js';
import { countEvents } from './order-figures.js';
import { nextTimerAt } from './domain/timers.js';
import { timingOf } from './timing.js';
import { OrderRepository } from './persistence/order.repository.js';

/**
 * The only way in which stored orders change: a rule of the domain turns one state into the next, and the difference is
 * written by compare-and-set. Changes of one order queue in this process, and retry against other replicas.
 */
@Injectable()
export class OrderChanges {
  readonly #queue = new KeyedQueue();

  constructor(
    @Inject(OrderRepository) private readonly orders: OrderRepository,
    @Inject(Config) private readonly config: Config,
  ) {}

  /**
   * @param rule must be pure: it runs again when somebody else's write came first
   * @param known a recent state, which saves the first read
   * @returns the order after the change; the same state when the rule changed nothing, undefined when there is no such order
   */
  async apply(orderId: string, rule: (order: Order) => Order, known?: Order): Promise<Order | undefined> {
    return this.#queue.run(orderId, async () => {
      const outcome = await untilWritten(async (attempt) => {
        const before = (attempt === 0 ? known : undefined) ?? (await this.orders.findForSystem(orderId));
        if (!before) return { order: undefined };
        const after = rule(before);
        if (after === before) return { order: before };
        const written = await this.orders.write(before, after, this.workDueAt(after, new Date()));
        if (!written) return undefined;
        countEvents(before, written);
        return { order: written };
      });
      return outcome.order;
    });
  }

  /**
   * Until then the replica that wrote a change does the work that follows from it; after that any other may. Without work it
   * is the instant at which time alone changes the order.
   */
  workDueAt(order: Order, now: Date): Date | undefined {
    return hasPendingWork(order)
      ? new Date(now.getTime() + this.config.RECOVERY_AFTER_MS)
      : nextTimerAt(order, timingOf(this.config));
  }
}
