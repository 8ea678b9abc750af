import type { Money } from './model.js';

const DAY_SECONDS = 86_400;
const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', DAY_SECONDS],
  ['hour', 3_600],
  ['minute', 60],
];

const relative = new Intl.RelativeTimeFormat('en', { style: 'short', numeric: 'always' });
const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

/** Digits after the point that the currency has. */
function digitsOf(currency: string): number {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
}

export function moneyText({ amount, currency }: Money): string {
  const value = amount / 10 ** digitsOf(currency);
  return new Intl.NumberFormat('en', { style: 'currency', currency, currencyDisplay: 'code' }).format(value);
}

/** The amount as it is typed into a field. */
export function amountText(minor: number, currency: string): string {
  const digits = digitsOf(currency);
  return (minor / 10 ** digits).toFixed(digits);
}

/** More is taken for no amount: the service refuses it. */
const MOST_MINOR = 1e12;

/** Reads what was typed, by its digits alone: floats do not hold cents. Undefined where it is no amount of that currency, or nothing. */
export function minorOf(text: string, currency: string): number | undefined {
  const digits = digitsOf(currency);
  const [, whole = '', fraction = ''] = /^(\d{1,13})(?:[.,](\d+))?$/u.exec(text.trim()) ?? [];
  if (whole === '' || fraction.length > digits) return undefined;
  const minor = Number(whole + fraction.padEnd(digits, '0'));
  return minor > 0 && minor <= MOST_MINOR ? minor : undefined;
}

export function ageText(at: string, now: number): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(at)) / 1_000));
  for (const [unit, length] of STEPS)
    if (seconds >= length) return relative.format(-Math.floor(seconds / length), unit);
  return seconds < 10 ? 'just now' : relative.format(-seconds, 'second');
}

export function timeText(at: string): string {
  return exact.format(new Date(at));
}
