import { Module } from '@nestjs/common';
import { CatalogModule } from './catalog/catalog.module.js';
import { ConfigModule } from './config/config.module.js';
import { DialsEndpoint } from './dials/dials.endpoint.js';
import { InventoryModule } from './inventory/inventory.module.js';
import { JournalModule } from './ledger/journal.module.js';
import { LedgerModule } from './ledger/ledger.module.js';
import { MessagingModule } from './messaging/messaging.module.js';
import { NotificationsModule } from './notifications/notifications.module.js';
import { PaymentsModule } from './payments/payments.module.js';
import { SimulatorService } from './simulator.service.js';

/**
 * Stands in for the Catalog, Inventory, Payment and Notification services of the marketplace, over NATS alone. One
 * process at a time: its state is in its memory and in its ledger's file.
 */
@Module({
  imports: [
    ConfigModule,
    JournalModule,
    LedgerModule,
    MessagingModule,
    CatalogModule,
    InventoryModule,
    PaymentsModule,
    NotificationsModule,
  ],
  providers: [SimulatorService, DialsEndpoint],
})
export class SimulatorModule {}
