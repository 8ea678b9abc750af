/** Crockford's base 32: no I, L, O or U, so that a number can be read out and written down without doubt. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const RANDOM_SYMBOLS = 10;

/** How many random bytes {@link orderNumber} takes. */
export const ORDER_NUMBER_BYTES = RANDOM_SYMBOLS;

/**
 * A number for people: 50 random bits and a check symbol as `XXXX-XXXX-XXX`. Unique by index, not by counter.
 *
 * @param random {@link ORDER_NUMBER_BYTES} random bytes
 */
export function orderNumber(random: Uint8Array): string {
  if (random.length < RANDOM_SYMBOLS) throw new RangeError('too few random bytes for an order number');
  const body = Array.from(random.subarray(0, RANDOM_SYMBOLS), (byte) => ALPHABET.charAt(byte % 32)).join('');
  return format(body + ALPHABET.charAt(checkValue(body)));
}

/**
 * The number as it is kept, from the way in which a person may have typed it, or undefined when it cannot be one:
 * a wrong length, a foreign letter or a check symbol that does not fit.
 */
export function parseOrderNumber(typed: string): string | undefined {
  const symbols = typed.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  if (symbols.length !== RANDOM_SYMBOLS + 1) return undefined;
  if (Array.from(symbols).some((symbol) => !ALPHABET.includes(symbol))) return undefined;
  const body = symbols.slice(0, -1);
  return symbols.endsWith(ALPHABET.charAt(checkValue(body))) ? format(symbols) : undefined;
}

function format(symbols: string): string {
  return `${symbols.slice(0, 4)}-${symbols.slice(4, 8)}-${symbols.slice(8)}`;
}

/** Luhn mod 32: finds every single wrong symbol and nearly every swap of neighbours. */
function checkValue(body: string): number {
  let factor = 2;
  let total = 0;
  for (const symbol of Array.from(body).toReversed()) {
    const product = factor * ALPHABET.indexOf(symbol);
    total += Math.floor(product / 32) + (product % 32);
    factor = factor === 2 ? 1 : 2;
  }
  return (32 - (total % 32)) % 32;
}
