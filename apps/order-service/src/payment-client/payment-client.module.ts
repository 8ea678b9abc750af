import { Module } from '@nestjs/common';
import { PaymentClient } from './payment.client.js';
import { PaymentEvents } from './payment-events.js';

@Module({ providers: [PaymentClient, PaymentEvents], exports: [PaymentClient, PaymentEvents] })
export class PaymentClientModule {}
