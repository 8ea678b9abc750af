import { Module } from '@nestjs/common';
import { AuthModule } from './auth/auth.module.js';
import { BoardModule } from './board/board.module.js';
import { CartModule } from './cart/cart.module.js';
import { CommonModule } from './common/common.module.js';
import { DatabaseModule } from './common/database.module.js';
import { ConfigModule } from './config/config.module.js';
import { HealthModule } from './health/health.module.js';
import { MessagingModule } from './messaging/messaging.module.js';
import { OrdersModule } from './orders/orders.module.js';
import { PrivacyModule } from './privacy/privacy.module.js';
import { TrackingModule } from './tracking/tracking.module.js';

@Module({
  imports: [
    ConfigModule,
    DatabaseModule,
    CommonModule,
    AuthModule,
    MessagingModule,
    CartModule,
    // Before the orders, so that `orders/events` is not taken for the order with the id `events`.
    TrackingModule,
    OrdersModule,
    BoardModule,
    PrivacyModule,
    HealthModule,
  ],
})
export class AppModule {}
