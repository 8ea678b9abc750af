import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { TrackingTokens } from '../auth/tracking-tokens.js';
import { Background } from '../common/background.js';
import { SYSTEM } from './domain/order.js';
import { parseOrderNumber } from './domain/order-number.js';
import { linkExpiry, mailTrackingLink } from './domain/tracking-links.js';
import { OrderChanges } from './order-changes.service.js';
import { hasRoom } from './order-room.js';
import { OrderWork } from './order-work.service.js';
import { OrderRepository } from './persistence/order.repository.js';

const LINK_LIFETIME_MS = 30 * 24 * 3_600_000;
/** No order has it. */
const NO_NUMBER = '';

/** A way back to an order for whoever knows its number and the e-mail address it was placed with: a link by mail. */
@Injectable()
export class TrackingMailRequests {
  constructor(
    @Inject(OrderRepository) private readonly orders: OrderRepository,
    @Inject(OrderChanges) private readonly changes: OrderChanges,
    @Inject(OrderWork) private readonly work: OrderWork,
    @Inject(Background) private readonly background: Background,
    @Inject(TrackingTokens) private readonly tokens: TrackingTokens,
  ) {}

  /**
   * Resolves after one read, the same whatever is asked for, and says nothing of what was found: all else is done when the
   * answer is on its way, so that the time it takes tells nothing either.
   */
  async ask(number: string, email: string): Promise<void> {
    const orderId = await this.orders.findIdByNumber(parseOrderNumber(number) ?? NO_NUMBER, email);
    if (orderId === undefined) return;
    this.background.run('mailing a tracking link', async () => this.#mail(orderId), orderId);
  }

  async #mail(orderId: string): Promise<void> {
    this.tokens.requireEnabled();
    const now = new Date();
    const link = { id: randomUUID(), createdAt: now, expiresAt: linkExpiry(now, LINK_LIFETIME_MS) };
    const rule = { now, actor: SYSTEM };
    const order = await this.changes.apply(orderId, (state) =>
      hasRoom(state, 'buyer') ? mailTrackingLink(state, link, rule) : state,
    );
    if (order?.trackingMail?.isDue) await this.work.run(order);
  }
}
