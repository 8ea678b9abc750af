import type { QuotedLine } from '../../catalog-client/quoted-line.js';
import type { CartItem } from './cart.js';

/**
 * The lines of products that the catalog sells no longer, as the cart goes on showing them: at their last price, with
 * nothing available. None when any of the unknown products is new to the cart, or other units of it are wanted than before.
 */
export function withoutOffer(
  items: readonly CartItem[],
  known: readonly QuotedLine[],
  unknownSkus: readonly string[],
): QuotedLine[] {
  const wanted = new Map(items.map(({ sku, quantity }) => [sku, quantity]));
  const lines = new Map(known.map((line) => [line.sku, line]));
  const gone = unknownSkus.flatMap((sku) => {
    const line = lines.get(sku);
    return line && line.quantity === wanted.get(sku) ? [goneLine(line)] : [];
  });
  return gone.length === unknownSkus.length ? gone : [];
}

function goneLine({ discountFundedBy: _none, ...line }: QuotedLine): QuotedLine {
  return { ...line, amounts: { items: line.amounts.items, shipping: 0, discount: 0, tax: 0 }, available: 0 };
}
