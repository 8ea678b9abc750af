import { Injectable } from '@nestjs/common';
import type { ReserveReply, StockReply, StockRequest } from '@marketplace/contracts';
import { demoProducts } from '../catalog/demo-products.js';
import { ProductCatalog } from '../catalog/product-catalog.service.js';
import { JournalService } from '../ledger/journal.service.js';
import { StockBook } from './stock-book.js';

/** Reserves, commits and releases stock; every operation has one effect, however often it is asked. */
@Injectable()
export class InventoryService {
  private readonly book: StockBook;

  constructor(
    private readonly journal: JournalService,
    catalog: ProductCatalog,
  ) {
    const book = new StockBook((sku) => catalog.find(sku) !== undefined, demoProducts());
    journal.on('catalog.loaded', ({ products }) => book.load(products));
    for (const type of ['stock.reserved', 'stock.refused', 'stock.committed', 'stock.released'] as const) {
      journal.on(type, (record) => book.apply(record));
    }
    this.book = book;
  }

  available(sku: string): number {
    return this.book.available(sku);
  }

  handle(operation: 'reserve' | 'commit' | 'release', request: StockRequest): ReserveReply | StockReply {
    const { operationId } = request;
    const known = this.book.answerTo(operation, operationId);
    if (known) {
      this.journal.append({ type: 'asked', operation, key: operationId });
      return known;
    }
    const at = new Date().toISOString();
    if (operation === 'reserve') this.journal.append(this.book.decideReserve(request, at));
    else if (operation === 'commit') this.journal.append(this.book.decideCommit(request, at));
    else this.journal.append(this.book.decideRelease(request, at));
    return this.book.answerTo(operation, operationId) as ReserveReply | StockReply;
  }
}
