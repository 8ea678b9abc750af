import { Module } from '@nestjs/common';
import { OrdersModule } from '../orders/orders.module.js';
import { EventStreams } from './live/event-streams.js';
import { ListStreams } from './live/list-streams.service.js';
import { OrderCatchUp } from './live/order-catch-up.js';
import { OrderFeed } from './live/order-feed.js';
import { OrderStreams } from './live/order-streams.service.js';
import { OrderWatches } from './live/order-watches.js';
import { StreamReplay } from './live/stream-replay.js';
import { OrderEventsController } from './order-events.controller.js';
import { OwnerEventsController } from './owner-events.controller.js';
import { TimelineController } from './timeline.controller.js';
import { TimelineRpcController } from './timeline.rpc.controller.js';
import { Timeline } from './timeline.service.js';

@Module({
  imports: [OrdersModule],
  controllers: [OrderEventsController, OwnerEventsController, TimelineController, TimelineRpcController],
  providers: [EventStreams, ListStreams, OrderCatchUp, OrderFeed, OrderStreams, OrderWatches, StreamReplay, Timeline],
  exports: [EventStreams, OrderFeed, OrderStreams, OrderWatches],
})
export class TrackingModule {}
