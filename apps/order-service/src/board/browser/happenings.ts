import { moneyText } from './format.js';
import type { Money, TimelineEntry, Units } from './model.js';
import { unitWord, wordsOf } from './words.js';

/** What an event says besides its type, in words; nothing where the type says it all. */
export function detailsOf({ data = {} }: TimelineEntry): string {
  const { items, carrier, trackingNumber, reason, amount, total, shipmentId, returnId } = data;
  const money = moneyOf(amount) ?? moneyOf(total);
  const parts = [
    Array.isArray(items) ? unitWord((items as Units[]).reduce((sum, { quantity }) => sum + quantity, 0)) : undefined,
    money === undefined ? undefined : moneyText(money),
    [carrier, trackingNumber].filter((text) => typeof text === 'string').join(' ') || undefined,
    typeof shipmentId === 'string' ? `parcel ${shipmentId}` : undefined,
    typeof returnId === 'string' ? `return ${returnId}` : undefined,
    typeof reason === 'string' ? `“${reason}”` : undefined,
  ];
  return parts.filter((part) => part !== undefined).join(' · ');
}

export function titleOf({ type = '' }: TimelineEntry): string {
  return wordsOf(type);
}

function moneyOf(value: unknown): Money | undefined {
  const { amount, currency } = (value ?? {}) as Partial<Money>;
  return typeof amount === 'number' && typeof currency === 'string' ? { amount, currency } : undefined;
}
