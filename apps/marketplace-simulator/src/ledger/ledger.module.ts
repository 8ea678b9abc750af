import { Module } from '@nestjs/common';
import { MessagingModule } from '../messaging/messaging.module.js';
import { JournalModule } from './journal.module.js';
import { LedgerEndpoint } from './ledger.endpoint.js';
import { LedgerService } from './ledger.service.js';

@Module({
  imports: [JournalModule, MessagingModule],
  providers: [LedgerService, LedgerEndpoint],
  exports: [LedgerService],
})
export class LedgerModule {}
