import { Module } from '@nestjs/common';
import { ProductCatalogModule } from '../catalog/product-catalog.module.js';
import { JournalModule } from '../ledger/journal.module.js';
import { MessagingModule } from '../messaging/messaging.module.js';
import { InventoryEndpoint } from './inventory.endpoint.js';
import { InventoryService } from './inventory.service.js';

@Module({
  imports: [ProductCatalogModule, JournalModule, MessagingModule],
  providers: [InventoryService, InventoryEndpoint],
  exports: [InventoryService],
})
export class InventoryModule {}
