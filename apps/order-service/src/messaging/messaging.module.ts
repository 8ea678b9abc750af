import { Global, Module } from '@nestjs/common';
import { EventPublisher } from './event-publisher.js';
import { Nats } from './nats-connection.js';
import { ServiceRequests } from './service-requests.js';

@Global()
@Module({ providers: [Nats, EventPublisher, ServiceRequests], exports: [Nats, EventPublisher, ServiceRequests] })
export class MessagingModule {}
