import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { ORDER_SUBJECTS } from '@marketplace/contracts';
import { Caller, Serves } from '../auth/auth.guard.js';
import { scopeOf, type Principal } from '../auth/principal.js';
import { TimelineRequestDto } from '../orders/dto/order-messages.dto.js';
import type { TimelineDto } from './dto/timeline.dto.js';
import { Timeline } from './timeline.service.js';

@Controller()
export class TimelineRpcController {
  constructor(@Inject(Timeline) private readonly timeline: Timeline) {}

  @MessagePattern(ORDER_SUBJECTS.timeline)
  @Serves('orders.timeline')
  async get(
    @Caller() caller: Principal,
    @Payload() { orderId, after, limit }: TimelineRequestDto,
  ): Promise<TimelineDto> {
    return this.timeline.read(orderId, scopeOf(caller), after, limit);
  }
}
