import type { QuoteRequest, SimulatorProduct } from '@marketplace/contracts';
import {
  MalformedRequestError,
  readInteger,
  readItems,
  readList,
  readMoney,
  readObject,
  readText,
} from '../messaging/request-reader.js';

const MAX_BASIS_POINTS = 10_000;

/** @throws MalformedRequestError */
export function readQuoteRequest(body: unknown): QuoteRequest {
  const fields = readObject(body);
  const codes: unknown = fields['couponCodes'] ?? [];
  if (!Array.isArray(codes) || !codes.every((code) => typeof code === 'string')) {
    throw new MalformedRequestError('couponCodes must be a list of texts');
  }
  return {
    currency: readText(fields, 'currency'),
    items: readItems(fields, 'items', true),
    couponCodes: codes,
  };
}

/** @throws MalformedRequestError */
export function readProducts(body: unknown): SimulatorProduct[] {
  const fields = readObject(body);
  const list = fields['products'];
  // Bounded by the size of a message alone: a catalog is larger than an order.
  return (Array.isArray(list) ? (list as unknown[]) : readList(fields, 'products')).map(readProduct);
}

function readProduct(value: unknown): SimulatorProduct {
  const fields = readObject(value);
  const shipping = readObject(fields['shipping']);
  const stock = fields['stock'] ?? undefined;
  return {
    sku: readText(fields, 'sku'),
    name: readText(fields, 'name'),
    vendorId: readText(fields, 'vendorId'),
    unitPrice: readMoney(fields, 'unitPrice'),
    shipping:
      'perUnitMinor' in shipping
        ? { perUnitMinor: readInteger(shipping, 'perUnitMinor', 0) }
        : { flatMinor: readInteger(shipping, 'flatMinor', 0) },
    commissionRate: readInteger(fields, 'commissionRate', 0, MAX_BASIS_POINTS),
    ...(stock !== undefined && { stock: readInteger(fields, 'stock', 0) }),
  };
}
