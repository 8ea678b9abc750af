import { Module } from '@nestjs/common';
import { CatalogClient } from './catalog.client.js';
import { InventoryClient } from './inventory.client.js';

@Module({ providers: [CatalogClient, InventoryClient], exports: [CatalogClient, InventoryClient] })
export class CatalogClientModule {}
