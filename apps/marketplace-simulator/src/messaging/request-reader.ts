import { checkedAmount, money, type Money } from '@marketplace/domain';
import type { StockItem } from '../ledger/journal-record.js';

/** The request does not have the shape its subject asks for. Answered as `{error}`. */
export class MalformedRequestError extends Error {
  override readonly name = 'MalformedRequestError';
}

export type Fields = Readonly<Record<string, unknown>>;

const MAX_TEXT_LENGTH = 300;
const MAX_LINES = 1_000;
const MAX_QUANTITY = 1_000_000;

export function readObject(value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new MalformedRequestError('the request must be a JSON object');
  }
  return value as Fields;
}

/** A text without control characters, because keys and ids travel in message headers and subjects. */
export function readText(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string' || value === '' || value.length > MAX_TEXT_LENGTH || /\p{Control}/u.test(value)) {
    throw new MalformedRequestError(`${name} must be a text of 1 to ${MAX_TEXT_LENGTH} printable characters`);
  }
  return value;
}

export function readOptionalText(fields: Fields, name: string): string | undefined {
  return fields[name] === undefined || fields[name] === null ? undefined : readText(fields, name);
}

export function readList(fields: Fields, name: string): unknown[] {
  const value = fields[name];
  if (!Array.isArray(value) || value.length > MAX_LINES) {
    throw new MalformedRequestError(`${name} must be a list of at most ${MAX_LINES}`);
  }
  return value;
}

/** A whole number from `min` to `max`. */
export function readInteger(fields: Fields, name: string, min: number, max = Number.MAX_SAFE_INTEGER): number {
  const value = fields[name];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min || value > max) {
    throw new MalformedRequestError(`${name} must be a whole number from ${min} to ${max}`);
  }
  return value;
}

export function readMoney(fields: Fields, name: string): Money {
  const value = readObject(fields[name] ?? undefined);
  const amount = readInteger(value, 'amount', 0);
  const currency = value['currency'];
  if (typeof currency !== 'string' || !/^[A-Z]{3}$/.test(currency)) {
    throw new MalformedRequestError(`${name} must have an ISO 4217 currency`);
  }
  return money(checkedAmount(amount), currency);
}

/** Lines of a sku and a quantity, at least one unless `mayBeEmpty`. */
export function readItems(fields: Fields, name: string, mayBeEmpty = false): StockItem[] {
  if (mayBeEmpty && (fields[name] === undefined || fields[name] === null)) return [];
  const items = readList(fields, name).map((item) => {
    const line = readObject(item);
    return { sku: readText(line, 'sku'), quantity: readInteger(line, 'quantity', 1, MAX_QUANTITY) };
  });
  if (items.length === 0 && !mayBeEmpty) throw new MalformedRequestError(`${name} must not be empty`);
  return items;
}
