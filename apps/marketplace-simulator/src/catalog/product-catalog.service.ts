import { Injectable } from '@nestjs/common';
import type { SimulatorProduct } from '@marketplace/contracts';
import { JournalService } from '../ledger/journal.service.js';
import { demoProducts } from './demo-products.js';

/** Every product on sale: the demo products, and those loaded since. */
@Injectable()
export class ProductCatalog {
  private readonly products = new Map(demoProducts().map((product) => [product.sku, product]));

  constructor(private readonly journal: JournalService) {
    journal.on('catalog.loaded', ({ products }) => {
      for (const product of products) this.products.set(product.sku, product);
    });
  }

  find(sku: string): SimulatorProduct | undefined {
    return this.products.get(sku);
  }

  /** Adds products, or replaces those with the same sku. Kept over a restart. */
  load(products: SimulatorProduct[]): void {
    if (products.length === 0) return;
    this.journal.append({ type: 'catalog.loaded', at: new Date().toISOString(), products });
  }
}
