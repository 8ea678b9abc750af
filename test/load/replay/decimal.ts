import { checkedAmount } from '@marketplace/domain';

/** The only currency of the data set. */
export const CURRENCY = 'BRL';

const DECIMAL = /^(\d+)(?:\.(\d{1,2})0*)?$/;

/**
 * Reads a decimal number of the data set, such as `99.9`, as exact minor units (`9990`), without going through a float.
 *
 * @throws Error for a negative number, a fraction of a cent, or anything else that is not an amount of money.
 */
export function parseMinor(text: string): number {
  const match = DECIMAL.exec(text);
  if (!match) throw new Error(`"${text}" is not an amount of money`);
  const [, whole = '', fraction = ''] = match;
  return checkedAmount(Number(whole) * 100 + Number(fraction.padEnd(2, '0')));
}

/** Writes minor units as a decimal number with grouped thousands: `88471527` is `884,715.27`. */
export function formatMinor(amountMinor: number): string {
  const absolute = Math.abs(checkedAmount(amountMinor));
  const cents = String(absolute % 100).padStart(2, '0');
  return `${amountMinor < 0 ? '-' : ''}${formatCount(Math.trunc(absolute / 100))}.${cents}`;
}

/** Writes an integer with grouped thousands: `5071` is `5,071`. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

/** Writes a duration as people say it: `2 min 5 s`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const parts = [hours > 0 ? `${hours} h` : '', hours > 0 || minutes > 0 ? `${minutes} min` : '', `${seconds % 60} s`];
  return parts.filter((part) => part !== '').join(' ');
}
