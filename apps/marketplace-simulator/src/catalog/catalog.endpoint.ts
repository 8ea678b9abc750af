import { Injectable } from '@nestjs/common';
import { CATALOG_SUBJECTS, SIMULATOR_SUBJECTS, type LoadCatalogReply } from '@marketplace/contracts';
import { InventoryService } from '../inventory/inventory.service.js';
import { RequestServer } from '../messaging/request-server.service.js';
import { readProducts, readQuoteRequest } from './catalog-requests.js';
import { ProductCatalog } from './product-catalog.service.js';
import { quote } from './quote.js';

@Injectable()
export class CatalogEndpoint {
  constructor(server: RequestServer, catalog: ProductCatalog, inventory: InventoryService) {
    server.serve('catalog', CATALOG_SUBJECTS.quote, (body) =>
      quote(
        readQuoteRequest(body),
        (sku) => catalog.find(sku),
        (sku) => inventory.available(sku),
      ),
    );
    server.serve('simulator', SIMULATOR_SUBJECTS.catalog, (body): LoadCatalogReply => {
      const products = readProducts(body);
      catalog.load(products);
      return { products: products.length };
    });
  }
}
