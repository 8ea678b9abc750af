import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Caller, Serves } from '../auth/auth.guard.js';
import { scopeOf, type Principal } from '../auth/principal.js';
import { ApiProblems, ApiReply, ApiRequest } from '../common/openapi.js';
import { TakesQuery } from '../common/query.guard.js';
import { TimelineQueryDto } from '../orders/dto/order-queries.dto.js';
import { OrderPathDto } from '../orders/dto/order-requests.dto.js';
import { TimelineDto } from './dto/timeline.dto.js';
import { Timeline } from './timeline.service.js';

@ApiTags('tracking')
@Controller('orders')
export class TimelineController {
  constructor(@Inject(Timeline) private readonly timeline: Timeline) {}

  /** Every event of the order, in sequence, without gaps. */
  @Get(':id/timeline')
  @Serves('orders.timeline')
  @TakesQuery()
  @ApiRequest({ token: 'required' })
  @ApiReply({ status: 200, description: 'The events after the given sequence', type: TimelineDto })
  @ApiProblems('validation_failed', 'not_found')
  async getTimeline(
    @Caller() caller: Principal,
    @Param() { id }: OrderPathDto,
    @Query() { after, limit }: TimelineQueryDto,
  ): Promise<TimelineDto> {
    return this.timeline.read(id, scopeOf(caller), after, limit);
  }
}
