import { Module } from '@nestjs/common';
import { OrdersModule } from '../orders/orders.module.js';
import { WebModule } from '../web/web.module.js';
import { OrderLookupController } from './links/order-lookup.controller.js';
import { TrackingLinksController } from './links/tracking-links.controller.js';
import { TrackedOrders } from './links/tracked-orders.service.js';
import { TrackingLinks } from './links/tracking-links.service.js';
import { PageProblems } from './pages/page-problems.filter.js';
import { TrackingEventsController } from './pages/tracking-events.controller.js';
import { TrackingPageController } from './pages/tracking-page.controller.js';
import { TrackingPages } from './pages/tracking-pages.js';
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
  imports: [OrdersModule, WebModule],
  controllers: [
    OrderEventsController,
    OwnerEventsController,
    TimelineController,
    TrackingLinksController,
    OrderLookupController,
    TrackingPageController,
    TrackingEventsController,
    TimelineRpcController,
  ],
  providers: [
    EventStreams,
    ListStreams,
    OrderCatchUp,
    OrderFeed,
    OrderStreams,
    OrderWatches,
    StreamReplay,
    Timeline,
    TrackingLinks,
    TrackedOrders,
    TrackingPages,
    PageProblems,
  ],
  exports: [EventStreams, OrderFeed, OrderStreams, OrderWatches],
})
export class TrackingModule {}
