import { Module, type MiddlewareConsumer, type NestModule } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { OrdersModule } from '../orders/orders.module.js';
import { PaymentClientModule } from '../payment-client/payment-client.module.js';
import { TrackingModule } from '../tracking/tracking.module.js';
import { HealthChecks } from './health-checks.js';
import { HealthController } from './health.controller.js';
import { Metrics } from './metrics.js';
import { OrderCounts } from './order-counts.js';
import { PoolFigures } from './pool-figures.js';
import { RequestLog } from './request-log.js';

@Module({
  imports: [TerminusModule.forRoot({ logger: false }), OrdersModule, PaymentClientModule, TrackingModule],
  controllers: [HealthController],
  providers: [HealthChecks, Metrics, OrderCounts, PoolFigures],
})
export class HealthModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(RequestLog).forRoutes('{*path}');
  }
}
