import { Inject, Injectable } from '@nestjs/common';
import { ProblemError } from '@marketplace/contracts';
import type { Principal } from '../auth/principal.js';
import { AnonymiseCarts } from '../cart/anonymise-carts.service.js';
import { ownRequest } from '../common/applied-requests.js';
import { Reply } from '../common/reply.js';
import type { IdempotentRequest } from '../common/request-headers.js';
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

  /** @throws ProblemError `idempotency_key_reused`, `rate_limited` */
  async request(
    principal: Principal,
    userId: string,
    includesOpen: boolean,
    key: IdempotentRequest | undefined,
  ): Promise<Reply<AnonymisationDto>> {
    const asked = { userId, by: actorOf(principal), includesOpen, idempotent: ownRequest(key, principal) };
    const { anonymisation, replayed } = await this.anonymisations.request(asked, new Date());
    return new Reply(await this.#present(userId, anonymisation), { replayed });
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
