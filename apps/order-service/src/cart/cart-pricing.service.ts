import { Inject, Injectable } from '@nestjs/common';
import { ProblemError } from '@marketplace/contracts';
import { CatalogClient } from '../catalog-client/catalog.client.js';
import type { QuotedLine } from '../catalog-client/quoted-line.js';
import { limitedVendors, type CartItem } from './domain/cart.js';
import { withoutOffer } from './domain/gone-lines.js';

/** What a cart is to be priced with. */
export interface CartContents {
  readonly currency: string;
  readonly items: readonly CartItem[];
  readonly couponCodes: readonly string[];
}

/** Prices carts. */
@Injectable()
export class CartPricing {
  constructor(@Inject(CatalogClient) private readonly catalog: CatalogClient) {}

  /**
   * The lines of a cart at the prices of the moment. A line that the cart has had before stays, with nothing available,
   * when the catalog sells its product no longer: one withdrawn product must not keep the rest of a cart from its owner.
   *
   * @param known the lines that the cart has had before
   * @throws ProblemError `unknown_sku` for products that are new to the cart, `currency_mismatch`, `catalog_unavailable`,
   * `validation_failed` for too many vendors
   */
  async price(contents: CartContents, known: readonly QuotedLine[]): Promise<readonly QuotedLine[]> {
    try {
      return limitedVendors(await this.#quote(contents, contents.items));
    } catch (error) {
      const gone = withoutOffer(contents.items, known, unknownSkus(error));
      if (gone.length === 0) throw error;
      const bySku = new Map(gone.map((line) => [line.sku, line]));
      const offered = contents.items.filter(({ sku }) => !bySku.has(sku));
      for (const line of await this.#quote(contents, offered)) bySku.set(line.sku, line);
      return limitedVendors(contents.items.flatMap(({ sku }) => bySku.get(sku) ?? []));
    }
  }

  async #quote({ currency, couponCodes }: CartContents, items: readonly CartItem[]): Promise<QuotedLine[]> {
    return this.catalog.quote({ currency, items: [...items], couponCodes: [...couponCodes] });
  }
}

function unknownSkus(error: unknown): readonly string[] {
  if (!(error instanceof ProblemError) || error.code !== 'unknown_sku') return [];
  return error.extensions['unknown'] as readonly string[];
}
