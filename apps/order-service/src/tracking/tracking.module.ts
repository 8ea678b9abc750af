import { Module } from '@nestjs/common';
import { OrdersModule } from '../orders/orders.module.js';
import { TimelineController } from './timeline.controller.js';
import { TimelineRpcController } from './timeline.rpc.controller.js';
import { Timeline } from './timeline.service.js';

@Module({
  imports: [OrdersModule],
  controllers: [TimelineController, TimelineRpcController],
  providers: [Timeline],
})
export class TrackingModule {}
