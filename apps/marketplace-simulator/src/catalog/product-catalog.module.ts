import { Module } from '@nestjs/common';
import { JournalModule } from '../ledger/journal.module.js';
import { ProductCatalog } from './product-catalog.service.js';

@Module({ imports: [JournalModule], providers: [ProductCatalog], exports: [ProductCatalog] })
export class ProductCatalogModule {}
