import { Body, Controller, Delete, Get, Header, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Caller, Serves } from '../../auth/auth.guard.js';
import type { Principal } from '../../auth/principal.js';
import { ApiProblems, ApiReply, ApiRequest, KEY_PROBLEMS } from '../../common/openapi.js';
import type { Reply } from '../../common/reply.js';
import { ExpectedVersion, Idempotent, type IdempotentRequest } from '../../common/request-headers.js';
import { OrderPathDto } from '../../orders/dto/order-requests.dto.js';
import {
  CreateTrackingLinkDto,
  TrackingLinkDto,
  TrackingLinkPathDto,
  TrackingLinksDto,
} from '../dto/tracking-links.dto.js';
import { TrackingLinks } from './tracking-links.service.js';

@ApiTags('tracking')
@Controller('orders/:id/tracking-links')
export class TrackingLinksController {
  constructor(@Inject(TrackingLinks) private readonly links: TrackingLinks) {}

  /**
   * Makes a link to the order's page, for people without an account.
   * @remarks For the buyer and for staff. An order has at most 20 links; the next one takes the place of the oldest. Whoever has the
   * link sees what is in the order and where it is: no name, address, e-mail or money.
   */
  @Post()
  @Serves('orders.tracking-links')
  @Header('Cache-Control', 'no-store')
  @ApiRequest({ token: 'required', idempotent: true, conditional: true })
  @ApiReply({ status: 201, description: 'The link', type: TrackingLinkDto }, true)
  @ApiProblems(
    'validation_failed',
    'malformed_json',
    'forbidden',
    'not_found',
    'order_full',
    'version_conflict',
    'body_too_large',
    'unsupported_media_type',
    'overloaded',
    ...KEY_PROBLEMS,
  )
  async createTrackingLink(
    @Caller() caller: Principal,
    @Param() { id }: OrderPathDto,
    @Body() body?: CreateTrackingLinkDto,
    @ExpectedVersion() expectedVersion?: number,
    @Idempotent() idempotent?: IdempotentRequest,
  ): Promise<Reply<TrackingLinkDto>> {
    return this.links.create(id, caller, body ?? {}, { expectedVersion, idempotent });
  }

  /** The links that are good. */
  @Get()
  @Serves('orders.tracking-links')
  @Header('Cache-Control', 'no-store')
  @ApiRequest({ token: 'required' })
  @ApiReply({ status: 200, description: 'The links', type: TrackingLinksDto })
  @ApiProblems('validation_failed', 'forbidden', 'not_found')
  async listTrackingLinks(@Caller() caller: Principal, @Param() { id }: OrderPathDto): Promise<TrackingLinksDto> {
    return this.links.list(id, caller);
  }

  /** Takes a link back: from now on it shows nothing. */
  @Delete(':linkId')
  @HttpCode(204)
  @Serves('orders.tracking-links')
  @ApiRequest({ token: 'required', conditional: true })
  @ApiReply({ status: 204, description: 'The link is gone' })
  @ApiProblems('validation_failed', 'forbidden', 'not_found', 'order_full', 'version_conflict', 'overloaded')
  async revokeTrackingLink(
    @Caller() caller: Principal,
    @Param() { id, linkId }: TrackingLinkPathDto,
    @ExpectedVersion() expectedVersion?: number,
  ): Promise<void> {
    await this.links.revoke(id, linkId, caller, { expectedVersion });
  }
}
