import { Inject, Injectable } from '@nestjs/common';
import { ProblemError } from '@marketplace/contracts';
import type { Principal } from '../auth/principal.js';
import { AnonymiseCarts } from '../cart/anonymise-carts.service.js';
import { actorOf } from '../orders/actor.js';
import { AnonymiseOrders } from '../orders/anonymise-orders.service.js';
import type { AnonymisationDto } from './dto/anonymisation.dto.js';
import { AnonymisationsRepository, type Anonymisation } from './persistence/anonymisations.repository.js';

/** Counting stops here. */
const MOST_COUNTED = 1_000;

/** Takes requests to forget a user, and tells how far that has come. The work itself is done in the background. */
@Injectable()
export class AnonymiseUsers {
  constructor(
    @Inject(AnonymisationsRepository) private readonly anonymisations: AnonymisationsRepository,
    @Inject(AnonymiseOrders) private readonly orders: AnonymiseOrders,
    @Inject(AnonymiseCarts) private readonly carts: AnonymiseCarts,
  ) {}

  async request(principal: Principal, userId: string, includesOpen: boolean): Promise<AnonymisationDto> {
    const by = actorOf(principal);
    return this.#present(userId, await this.anonymisations.request(userId, by, includesOpen, new Date()));
  }

  /** @throws ProblemError `not_found` when nobody has asked for it */
  async progress(userId: string): Promise<AnonymisationDto> {
    const anonymisation = await this.anonymisations.find(userId);
    if (!anonymisation) throw new ProblemError('not_found', 'nobody has asked to anonymise this user');
    return this.#present(userId, anonymisation);
  }

  async #present(userId: string, anonymisation: Anonymisation): Promise<AnonymisationDto> {
    const { id, status, includesOpen, orders, carts, waiting, requestedAt, finishedAt } = anonymisation;
    const [ordersLeft, cartsLeft] = await Promise.all([
      this.orders.countOfCustomer(userId, MOST_COUNTED),
      this.carts.countOfCustomer(userId, MOST_COUNTED),
    ]);
    return {
      id,
      status,
      includeOpen: includesOpen,
      orders,
      carts,
      waiting,
      remaining: { orders: ordersLeft, carts: cartsLeft },
      requestedAt,
      ...(finishedAt === undefined ? {} : { finishedAt }),
    };
  }
}
