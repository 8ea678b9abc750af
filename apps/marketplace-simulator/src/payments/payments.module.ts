import { Module } from '@nestjs/common';
import { JournalModule } from '../ledger/journal.module.js';
import { MessagingModule } from '../messaging/messaging.module.js';
import { PaymentEventPublisher } from './payment-event.publisher.js';
import { PaymentsEndpoint } from './payments.endpoint.js';
import { PaymentsService } from './payments.service.js';

@Module({
  imports: [JournalModule, MessagingModule],
  providers: [PaymentsService, PaymentsEndpoint, PaymentEventPublisher],
  exports: [PaymentsService, PaymentEventPublisher],
})
export class PaymentsModule {}
