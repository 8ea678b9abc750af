import { Inject, Injectable } from '@nestjs/common';
import { ProblemError } from '@marketplace/contracts';
import { TrackingTokens, type TrackingTokenClaims } from '../../auth/tracking-tokens.js';
import type { Order } from '../../orders/domain/order.js';
import { liveTrackingLinks } from '../../orders/domain/tracking-links.js';
import { OrderReader } from '../../orders/order-reader.js';

/** Orders for those who hold a link to one. */
@Injectable()
export class TrackedOrders {
  constructor(
    @Inject(TrackingTokens) private readonly tokens: TrackingTokens,
    @Inject(OrderReader) private readonly orders: OrderReader,
  ) {}

  /** @throws ProblemError `not_found`, in the same words whatever is wrong with the link */
  async read(token: string): Promise<TrackingTokenClaims> {
    const claims = await this.tokens.read(token);
    if (!claims) throw noLink();
    return claims;
  }

  /** @throws ProblemError `not_found`, in the same words whatever is wrong with the link */
  async open(token: string): Promise<Order> {
    const { orderId, linkId } = await this.read(token);
    const order = await this.orders.forViewers(orderId);
    if (!order || !isGood(order, linkId)) throw noLink();
    return order;
  }
}

/** Whether the link has neither been taken back nor lapsed. */
export function isGood(order: Order, linkId: string): boolean {
  return liveTrackingLinks(order, new Date()).some(({ id }) => id === linkId);
}

function noLink(): ProblemError {
  return new ProblemError('not_found', 'there is no such order');
}
