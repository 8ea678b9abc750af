import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import { AnonymiseCarts } from '../cart/anonymise-carts.service.js';
import { Drain } from '../common/drain.js';
import { log } from '../common/logger.js';
import { RepeatedJob } from '../common/repeated-job.js';
import { inJob } from '../common/request-context.js';
import { Config } from '../config/config.js';
import { AnonymiseOrders } from '../orders/anonymise-orders.service.js';
import { AnonymisationsRepository, type LeasedAnonymisation } from './persistence/anonymisations.repository.js';

const BATCH_SIZE = 50;
const ORIGIN = { transport: 'internal', operation: 'users.anonymise' } as const;

/**
 * Forgets users, batch by batch, under a lease: whoever dies is followed by another, which looks at everything once more and
 * finds done what was done. It ends with a look that finds nothing, no sooner than every checkout that was under way when it was
 * asked for has come to its order; orders that are under way are looked at again until they have ended.
 */
@Injectable()
export class AnonymisationJob implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #job: RepeatedJob;

  constructor(
    @Inject(AnonymisationsRepository) private readonly anonymisations: AnonymisationsRepository,
    @Inject(AnonymiseOrders) private readonly orders: AnonymiseOrders,
    @Inject(AnonymiseCarts) private readonly carts: AnonymiseCarts,
    @Inject(Drain) private readonly drain: Drain,
    @Inject(Config) private readonly config: Config,
  ) {
    const intervalMs = config.RECOVERY_INTERVAL_MS;
    this.#job = new RepeatedJob({ name: 'the anonymising of users', intervalMs, round: async () => this.round() });
  }

  onApplicationBootstrap(): void {
    this.#job.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#job.stop();
  }

  async round(): Promise<void> {
    while (!this.drain.hasBegun) {
      const claimed = await this.anonymisations.claim(uuid(), new Date(), this.#leaseEnd());
      if (!claimed) return;
      await inJob(ORIGIN, async () => this.#work(claimed));
    }
  }

  async #work(claimed: LeasedAnonymisation): Promise<void> {
    const orders = await this.#forgetOrders(claimed);
    const carts = orders && (await this.#forgetCarts(claimed));
    // Another replica goes on, now or when the lease ends.
    if (!orders || carts === undefined) return;
    const now = Date.now();
    const isClean = orders.anonymised === 0 && orders.waiting === 0 && carts === 0;
    if (isClean && now - claimed.requestedAt.getTime() >= this.config.RECOVERY_AFTER_MS) {
      await this.anonymisations.finish(claimed, new Date(now));
      log.info({ anonymisationId: claimed.id }, 'a user is forgotten');
      return;
    }
    await this.anonymisations.lookAgain(claimed, orders.waiting, new Date(now + this.config.RECOVERY_AFTER_MS));
  }

  /** What came of all orders; undefined when this replica has to stop. */
  async #forgetOrders(claimed: LeasedAnonymisation): Promise<{ anonymised: number; waiting: number } | undefined> {
    const { userId, requestedBy: by, includesOpen } = claimed;
    const total = { anonymised: 0, waiting: 0 };
    for (let after: string | undefined = ''; after !== undefined;) {
      if (this.drain.hasBegun) return undefined;
      const batch = await this.orders.ofCustomer(userId, after, BATCH_SIZE, { by, includesOpen });
      total.anonymised += batch.anonymised;
      total.waiting += batch.waiting;
      after = batch.last;
      const done = { orders: batch.anonymised, carts: 0 };
      if (!(await this.anonymisations.progress(claimed, done, this.#leaseEnd()))) return undefined;
    }
    return total;
  }

  async #forgetCarts(claimed: LeasedAnonymisation): Promise<number | undefined> {
    let total = 0;
    for (let done = BATCH_SIZE; done > 0;) {
      if (this.drain.hasBegun) return undefined;
      done = await this.carts.ofCustomer(claimed.userId, BATCH_SIZE);
      total += done;
      const progress = { orders: 0, carts: done };
      if (!(await this.anonymisations.progress(claimed, progress, this.#leaseEnd()))) return undefined;
    }
    return total;
  }

  #leaseEnd(): Date {
    return new Date(Date.now() + this.config.RECOVERY_AFTER_MS);
  }
}
