import { Body, Controller, Get, HttpCode, Inject, Param, Post, Req, Res, UseFilters } from '@nestjs/common';
import { ApiConsumes, ApiExcludeEndpoint, ApiParam, ApiProduces, ApiSecurity, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Serves } from '../../auth/auth.guard.js';
import { ApiProblems, ApiReply } from '../../common/openapi.js';
import { TakesQuery } from '../../common/query.guard.js';
import { TrackingMailRequests } from '../../orders/tracking-mail-requests.service.js';
import { TrackingSnapshotDto } from '../dto/tracking-snapshot.dto.js';
import { OrderLookupDto } from '../dto/tracking-links.dto.js';
import { TrackedOrders } from '../links/tracked-orders.service.js';
import { PageProblems } from './page-problems.filter.js';
import { prefersJson } from './preferred-form.js';
import { TrackingPages } from './tracking-pages.js';
import { trackingSnapshot } from './tracking-snapshot.js';

/** Pages for people without an account. Whatever stands in their query is somebody else's, such as a mail system's mark. */
@ApiTags('tracking')
@Controller('track')
@UseFilters(PageProblems)
export class TrackingPageController {
  constructor(
    @Inject(TrackedOrders) private readonly orders: TrackedOrders,
    @Inject(TrackingMailRequests) private readonly requests: TrackingMailRequests,
    @Inject(TrackingPages) private readonly pages: TrackingPages,
  ) {}

  /** A form for those who have lost their link. */
  @Get()
  @Serves('pages')
  @TakesQuery()
  @ApiExcludeEndpoint()
  form(@Res() response: Response): void {
    this.pages.sendForm(response);
  }

  /** What the form sends: as `POST /orders/lookup`, with an answer for people. */
  @Post()
  @HttpCode(200)
  @Serves('orders.lookup')
  @TakesQuery()
  @ApiExcludeEndpoint()
  @ApiConsumes('application/x-www-form-urlencoded')
  async lookUp(@Body() { number, email }: OrderLookupDto, @Res() response: Response): Promise<void> {
    await this.requests.ask(number, email);
    this.pages.sendFormAnswer(response);
  }

  /**
   * The page of an order, for whoever holds a link to it.
   * @remarks A page, or the same as JSON for those who ask for JSON. A link that was not made here, has expired or was taken back is not
   * found. The query is not read.
   */
  @Get(':token')
  @Serves('tracking.read')
  @TakesQuery()
  @ApiSecurity({})
  @ApiParam({ name: 'token', type: String, description: 'The token of a tracking link' })
  @ApiProduces('application/json', 'text/html')
  @ApiReply({ status: 200, description: 'The order', type: TrackingSnapshotDto })
  @ApiProblems('not_found', 'overloaded')
  async getTracking(@Param('token') token: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const snapshot = trackingSnapshot(await this.orders.open(token));
    response.vary('Accept');
    if (prefersJson(request)) this.pages.sendJson(response, snapshot);
    else this.pages.sendOrder(response, snapshot);
  }
}
