import { Module } from '@nestjs/common';
import { JournalModule } from '../ledger/journal.module.js';
import { NotificationsConsumer } from './notifications.consumer.js';

@Module({ imports: [JournalModule], providers: [NotificationsConsumer], exports: [NotificationsConsumer] })
export class NotificationsModule {}
