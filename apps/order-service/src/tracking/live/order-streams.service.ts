import { Inject, Injectable } from '@nestjs/common';
import { ProblemError } from '@marketplace/contracts';
import type { Request, Response } from 'express';
import type { Scope } from '../../auth/principal.js';
import { log } from '../../common/logger.js';
import type { Order } from '../../orders/domain/order.js';
import { OrderReader } from '../../orders/order-reader.js';
import type { EventStream } from './event-stream.js';
import { EventStreams, type ViewerKind } from './event-streams.js';
import { lastSequenceOf } from './last-event-id.js';
import { TIMELINE_VIEW, type OrderView } from './order-view.js';
import { OrderViewer } from './order-viewer.js';
import { OrderWatches } from './order-watches.js';

/** Somebody wants to watch an order. */
export interface OrderStreamRequest {
  readonly orderId: string;
  /** What the viewer may see: an order outside of it is not found. */
  readonly scope: Scope;
  /** Names the caller, whose streams are limited together. */
  readonly caller: string;
  /** The stream ends then. */
  readonly expiresAt?: Date | undefined;
  /** What the reader has seen last, as it sent it. */
  readonly lastEventId?: string | undefined;
  /** How the order is shown; as in its timeline unless given. */
  readonly view?: OrderView | undefined;
  /** Asked whenever the order is read: once it says no, the stream ends; at the beginning the order is then not found. */
  readonly stillOpen?: ((order: Order) => boolean) | undefined;
  /** What the viewer counts as; `order` unless given. */
  readonly kind?: ViewerKind | undefined;
}

/** Live streams of single orders. */
@Injectable()
export class OrderStreams {
  constructor(
    @Inject(EventStreams) private readonly streams: EventStreams,
    @Inject(OrderWatches) private readonly watches: OrderWatches,
    @Inject(OrderReader) private readonly orders: OrderReader,
  ) {}

  /**
   * Answers a request with a stream: the order's state, then every event after `lastEventId`, in sequence and without gaps. Resolves
   * when the stream has begun; it ends when the reader leaves, or by itself.
   *
   * @throws ProblemError `not_found`, `validation_failed`, `rate_limited`, `overloaded` or `draining`, before anything is written
   */
  async open(wanted: OrderStreamRequest, request: Request, response: Response): Promise<void> {
    const { orderId, scope, view = TIMELINE_VIEW, stillOpen = () => true, kind = 'order' } = wanted;
    const viewer = new OrderViewer(scope, view, lastSequenceOf(wanted.lastEventId), stillOpen);
    let order: Order | undefined;
    this.watches.watch(orderId, viewer);
    let stream: EventStream | undefined;
    try {
      stream = await this.streams.open({ ...wanted, kind }, request, response, async () => {
        await this.orders.demandVisible(orderId, scope);
        order = await this.watches.read(orderId);
        if (!order || !viewer.maySee(order)) throw new ProblemError('not_found', 'there is no such order');
      });
    } finally {
      if (!stream) this.watches.unwatch(orderId, viewer);
    }
    if (!stream || !order) return;
    stream.whenEnded(() => this.watches.unwatch(orderId, viewer));
    void this.#begin(viewer, stream, order);
  }

  /** To be called after a change that has no event, such as a link that was revoked: viewers on this replica see it at once. */
  refresh(orderId: string): void {
    this.watches.refresh(orderId);
  }

  async #begin(viewer: OrderViewer, stream: EventStream, order: Order): Promise<void> {
    try {
      await viewer.begin(stream, order);
      // What has happened since the order was read was not shown to a viewer that had not begun.
      this.watches.settle(order, viewer.sequence);
    } catch (error) {
      log.error({ err: error, orderId: order.id }, 'an order could not be shown');
      stream.end('failed');
    }
  }
}
