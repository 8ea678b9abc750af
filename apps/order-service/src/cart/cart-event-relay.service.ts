import { Inject, Injectable } from '@nestjs/common';
import { cartEventSubject } from '@marketplace/contracts';
import { log } from '../common/logger.js';
import { EventPublisher } from '../messaging/event-publisher.js';
import { CartClaims } from './cart-claims.service.js';
import { cartEvent } from './cart-event.js';
import { CartJobsRepository, type CartWithEvents } from './persistence/cart-jobs.repository.js';

const MOST_A_BATCH = 200;
const MOST_AT_ONCE = 16;

/**
 * Publishes the events that wait with their carts: at least once, and in their order for each cart. A batch of carts costs
 * one read and one write command. Replicas do not take turns: an event that two of them publish has the same id both
 * times, so the stream keeps one, and a consumer that sees both has passed the sequence of the second.
 */
@Injectable()
export class CartEventRelay {
  constructor(
    @Inject(CartJobsRepository) private readonly jobs: CartJobsRepository,
    @Inject(CartClaims) private readonly claims: CartClaims,
    @Inject(EventPublisher) private readonly publisher: EventPublisher,
  ) {}

  /** Publishes the events of a batch of carts; whether there may be more. While NATS is away everything waits. */
  async round(): Promise<{ done: number; isMore: boolean }> {
    if (!this.publisher.isAvailable) return { done: 0, isMore: false };
    const waiting = await this.jobs.findWithEvents(MOST_A_BATCH);
    const published = await this.#publish(await this.claims.settled(waiting));
    await this.jobs.clearPublished(published);
    return { done: published.length, isMore: published.length === MOST_A_BATCH };
  }

  /** The carts whose events all went out. After the first failure no more is tried: the stream is what fails, not a cart. */
  async #publish(carts: readonly CartWithEvents[]): Promise<CartWithEvents[]> {
    const published: CartWithEvents[] = [];
    const queue = carts.values();
    let hasFailed = false;
    const worker = async (): Promise<void> => {
      for (const cart of queue) {
        if (hasFailed) return;
        try {
          for (const event of cart.outbox) await this.#send(cart, event);
          published.push(cart);
        } catch (error) {
          hasFailed = true;
          log.warn({ cartId: cart.id, reason: String(error) }, 'an event of a cart was not published yet');
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(MOST_AT_ONCE, carts.length) }, worker));
    return published;
  }

  async #send(cart: CartWithEvents, waiting: CartWithEvents['outbox'][number]): Promise<void> {
    const event = cartEvent(cart, waiting);
    await this.publisher.publish(cartEventSubject(cart.id, waiting.type), event.id, event);
  }
}
