import { Module } from '@nestjs/common';
import { OrdersModule } from '../orders/orders.module.js';
import { OrderLookupController } from './links/order-lookup.controller.js';
import { TrackingLinksController } from './links/tracking-links.controller.js';
import { TrackingLinks } from './links/tracking-links.service.js';
import { TimelineController } from './timeline.controller.js';
import { TimelineRpcController } from './timeline.rpc.controller.js';
import { Timeline } from './timeline.service.js';

@Module({
  imports: [OrdersModule],
  controllers: [TimelineController, TrackingLinksController, OrderLookupController, TimelineRpcController],
  providers: [Timeline, TrackingLinks],
})
export class TrackingModule {}
