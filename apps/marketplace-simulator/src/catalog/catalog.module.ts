import { Module } from '@nestjs/common';
import { InventoryModule } from '../inventory/inventory.module.js';
import { MessagingModule } from '../messaging/messaging.module.js';
import { CatalogEndpoint } from './catalog.endpoint.js';
import { ProductCatalogModule } from './product-catalog.module.js';

@Module({ imports: [ProductCatalogModule, InventoryModule, MessagingModule], providers: [CatalogEndpoint] })
export class CatalogModule {}
