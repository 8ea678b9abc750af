import { Global, Module } from '@nestjs/common';
import { DeadLetters } from './dead-letters.js';
import { EventPublisher } from './event-publisher.js';
import { Nats } from './nats-connection.js';
import { ServiceRequests } from './service-requests.js';

@Global()
@Module({
  providers: [Nats, EventPublisher, ServiceRequests, DeadLetters],
  exports: [Nats, EventPublisher, ServiceRequests, DeadLetters],
})
export class MessagingModule {}
