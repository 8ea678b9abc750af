import { Controller, Get, Headers, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Caller, Serves, TokenExpiry } from '../auth/auth.guard.js';
import { principalKey, scopeOf, type Principal } from '../auth/principal.js';
import { ApiRequest } from '../common/openapi.js';
import { TakesQuery } from '../common/query.guard.js';
import { OrderPathDto } from '../orders/dto/order-requests.dto.js';
import { ApiEventStream } from './live/api-event-stream.js';
import { ListStreams } from './live/list-streams.service.js';
import { StreamQueryDto } from './live/live.dto.js';
import { OrderStreams } from './live/order-streams.service.js';

const EXAMPLE_ID = '0199a1c2-8a10-7f3e-b1c4-6d2f1e0a9b77';
const AT = '2026-01-01T12:00:00.000Z';

@ApiTags('tracking')
@Controller('orders')
export class OrderEventsController {
  constructor(
    @Inject(OrderStreams) private readonly orders: OrderStreams,
    @Inject(ListStreams) private readonly lists: ListStreams,
  ) {}

  /**
   * The events of all orders, as they happen.
   * @remarks The id of an event is its place in the stream of all orders. Without `Last-Event-ID` the stream begins now, with an event
   * `ready`; with it, with what has happened since. Where that is out of reach an event `reset` says that there is a gap.
   */
  @Get('events')
  @Serves('orders.events-all')
  @TakesQuery()
  @ApiRequest({ token: 'required' })
  @ApiEventStream({
    description: 'Events of all orders',
    events: [
      { id: 41, event: 'ready', data: {} },
      {
        id: 42,
        event: 'confirmed',
        data: {
          orderId: EXAMPLE_ID,
          number: '7K2M-9QXT-4BC',
          sequence: 3,
          type: 'confirmed',
          at: AT,
          status: 'confirmed',
        },
      },
    ],
    problems: ['forbidden'],
  })
  async streamAllOrders(
    @Caller() caller: Principal,
    @TokenExpiry() expiresAt: Date | undefined,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Query() query: StreamQueryDto,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.lists.open(
      {
        audience: { kind: 'everything' },
        caller: principalKey(caller),
        expiresAt,
        lastEventId: lastEventId ?? query.lastEventId,
      },
      request,
      response,
    );
  }

  /**
   * An order, live: its state, then every event of it, in sequence and without gaps.
   * @remarks The first event is `state`. The id of each further one is its sequence, its name the type, its data the entry of the timeline;
   * what is another vendor's comes as `hidden`. With `Last-Event-ID` only what came after is sent. The stream ends when the token does.
   */
  @Get(':id/events')
  @Serves('orders.events')
  @TakesQuery()
  @ApiRequest({ token: 'required' })
  @ApiEventStream({
    description: 'The state of the order and its events',
    events: [
      {
        event: 'state',
        data: { id: EXAMPLE_ID, number: '7K2M-9QXT-4BC', status: 'confirmed', version: 4, sequence: 3 },
      },
      {
        id: 3,
        event: 'confirmed',
        data: { sequence: 3, type: 'confirmed', at: AT, by: 'system', status: 'confirmed' },
      },
    ],
  })
  async streamOrder(
    @Caller() caller: Principal,
    @TokenExpiry() expiresAt: Date | undefined,
    @Param() { id }: OrderPathDto,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Query() query: StreamQueryDto,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.orders.open(
      {
        orderId: id,
        scope: scopeOf(caller),
        caller: principalKey(caller),
        expiresAt,
        lastEventId: lastEventId ?? query.lastEventId,
      },
      request,
      response,
    );
  }
}
