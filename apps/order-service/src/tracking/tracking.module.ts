import { Module } from '@nestjs/common';
import { OrdersModule } from '../orders/orders.module.js';
import { WebModule } from '../web/web.module.js';
import { OrderLookupController } from './links/order-lookup.controller.js';
import { TrackingLinksController } from './links/tracking-links.controller.js';
import { TrackedOrders } from './links/tracked-orders.service.js';
import { TrackingLinks } from './links/tracking-links.service.js';
import { PageProblems } from './pages/page-problems.filter.js';
import { TrackingPageController } from './pages/tracking-page.controller.js';
import { TrackingPages } from './pages/tracking-pages.js';
import { TimelineController } from './timeline.controller.js';
import { TimelineRpcController } from './timeline.rpc.controller.js';
import { Timeline } from './timeline.service.js';

@Module({
  imports: [OrdersModule, WebModule],
  controllers: [
    TimelineController,
    TrackingLinksController,
    OrderLookupController,
    TrackingPageController,
    TimelineRpcController,
  ],
  providers: [Timeline, TrackingLinks, TrackedOrders, TrackingPages, PageProblems],
})
export class TrackingModule {}
