import { Module } from '@nestjs/common';
import { DialsModule } from '../dials/dials.module.js';
import { JournalModule } from '../ledger/journal.module.js';
import { NatsConnectionService } from './nats-connection.service.js';
import { RequestServer } from './request-server.service.js';

@Module({
  imports: [DialsModule, JournalModule],
  providers: [NatsConnectionService, RequestServer],
  exports: [NatsConnectionService, RequestServer, DialsModule],
})
export class MessagingModule {}
