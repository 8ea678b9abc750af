import type { SimulatorProduct } from '@marketplace/contracts';

/** Some units of a product, before shipping and discounts. */
export interface PricedLine {
  product: SimulatorProduct;
  quantity: number;
  /** Unit price times quantity. */
  itemsMinor: number;
}
