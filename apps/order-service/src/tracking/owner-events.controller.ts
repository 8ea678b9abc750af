import { Controller, Get, Headers, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ProblemError } from '@marketplace/contracts';
import type { Request, Response } from 'express';
import { Caller, Serves, TokenExpiry } from '../auth/auth.guard.js';
import { customerIdOf, isStaff, principalKey, scopeOf, type Principal } from '../auth/principal.js';
import { ApiRequest } from '../common/openapi.js';
import { TakesQuery } from '../common/query.guard.js';
import { UserPathDto } from '../orders/dto/order-requests.dto.js';
import { ApiEventStream } from './live/api-event-stream.js';
import { ListStreams } from './live/list-streams.service.js';
import { StreamQueryDto, VendorPathDto } from './live/live.dto.js';

const EXAMPLE = {
  orderId: '0199a1c2-8a10-7f3e-b1c4-6d2f1e0a9b77',
  number: '7K2M-9QXT-4BC',
  sequence: 5,
  type: 'shipped',
  at: '2026-01-01T12:00:00.000Z',
  vendorId: 'vendor-1',
};

@ApiTags('tracking')
@Controller()
export class OwnerEventsController {
  constructor(@Inject(ListStreams) private readonly lists: ListStreams) {}

  /**
   * The events of a customer's orders, as they happen.
   * @remarks The id of an event is its place in the stream of all orders. Without `Last-Event-ID` the stream begins now, with an event
   * `ready`; with it, with what has happened since. Where that is out of reach an event `reset` says that there is a gap.
   */
  @Get('users/:userId/events')
  @Serves('users.events')
  @TakesQuery()
  @ApiRequest({ token: 'required' })
  @ApiEventStream({
    description: "Events of the customer's orders",
    events: [
      { id: 41, event: 'ready', data: {} },
      { id: 42, event: 'shipped', data: { ...EXAMPLE, status: 'shipped' } },
    ],
    problems: ['forbidden'],
  })
  async streamUserOrders(
    @Caller() caller: Principal,
    @TokenExpiry() expiresAt: Date | undefined,
    @Param() { userId }: UserPathDto,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Query() query: StreamQueryDto,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    if (!isStaff(caller) && customerIdOf(caller) !== userId) throw noSuch('user');
    await this.lists.open(
      {
        audience: { kind: 'customer', id: userId },
        caller: principalKey(caller),
        expiresAt,
        lastEventId: lastEventId ?? query.lastEventId,
      },
      request,
      response,
    );
  }

  /**
   * The events of a vendor's orders as the vendor sees them, as they happen.
   * @remarks As those of a customer; what is another vendor's comes as `hidden`.
   */
  @Get('vendors/:vendorId/events')
  @Serves('vendors.events')
  @TakesQuery()
  @ApiRequest({ token: 'required' })
  @ApiEventStream({
    description: "Events of the vendor's orders",
    events: [
      { id: 41, event: 'ready', data: {} },
      { id: 42, event: 'shipped', data: EXAMPLE },
      { id: 43, event: 'hidden', data: { orderId: EXAMPLE.orderId, sequence: 6, hidden: true } },
    ],
    problems: ['forbidden'],
  })
  async streamVendorOrders(
    @Caller() caller: Principal,
    @TokenExpiry() expiresAt: Date | undefined,
    @Param() { vendorId }: VendorPathDto,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Query() query: StreamQueryDto,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    if (!isStaff(caller) && scopeOf(caller).vendorId !== vendorId) throw noSuch('vendor');
    await this.lists.open(
      {
        audience: { kind: 'vendor', id: vendorId },
        caller: principalKey(caller),
        expiresAt,
        lastEventId: lastEventId ?? query.lastEventId,
      },
      request,
      response,
    );
  }
}

function noSuch(what: 'user' | 'vendor'): ProblemError {
  return new ProblemError('not_found', `there is no such ${what}`);
}
