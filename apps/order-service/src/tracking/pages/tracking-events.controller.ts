import { Controller, Get, Headers, Inject, Param, Req, Res } from '@nestjs/common';
import { ApiParam, ApiSecurity, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Serves } from '../../auth/auth.guard.js';
import { TakesQuery } from '../../common/query.guard.js';
import { isGood, TrackedOrders } from '../links/tracked-orders.service.js';
import { ApiEventStream } from '../live/api-event-stream.js';
import { OrderStreams } from '../live/order-streams.service.js';
import { TRACKING_VIEW } from './tracking-view.js';

@ApiTags('tracking')
@Controller('track')
export class TrackingEventsController {
  constructor(
    @Inject(TrackedOrders) private readonly orders: TrackedOrders,
    @Inject(OrderStreams) private readonly streams: OrderStreams,
  ) {}

  /**
   * The page of an order, live.
   * @remarks The event `state` has what `GET /track/{token}` tells: at the beginning, and again after every change. The ids of the events
   * between are the sequence of the order; they are `hidden`. The stream ends when the link expires or is taken back.
   */
  @Get(':token/events')
  @Serves('tracking.read')
  @TakesQuery()
  @ApiSecurity({})
  @ApiParam({ name: 'token', type: String, description: 'The token of a tracking link' })
  @ApiEventStream({
    description: 'What the page shows, after every change',
    events: [
      { event: 'state', data: { number: '7K2M-9QXT-4BC', status: 'shipped', statusText: 'On its way' } },
      { id: 7, event: 'hidden', data: { sequence: 7, hidden: true } },
    ],
  })
  async streamTracking(
    @Param('token') token: string,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { orderId, linkId, expiresAt } = await this.orders.read(token);
    await this.streams.open(
      {
        orderId,
        // Not the scope of a caller: whether the link is good is asked with every look, and the view shows what a page may.
        scope: { everything: true },
        caller: `link:${linkId}`,
        expiresAt,
        lastEventId,
        view: TRACKING_VIEW,
        stillOpen: (order) => isGood(order, linkId),
        kind: 'link',
      },
      request,
      response,
    );
  }
}
