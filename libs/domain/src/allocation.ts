import { checkedAmount, MoneyError, sum } from './money.js';

/**
 * Splits an amount over weights by largest remainder: every part is the exact share rounded down, and the units left
 * over go to the parts with the largest remainders (the earlier one on a tie), so that the parts always add up to the
 * amount. Exact for every safe integer, because the products are formed as BigInt.
 *
 * @param amountMinor minor units, not negative
 * @param weights one non-negative integer a part; when all are zero they count as equal
 */
export function allocate(amountMinor: number, weights: readonly number[]): number[] {
  if (checkedAmount(amountMinor) < 0) throw new MoneyError('a negative amount cannot be allocated');
  if (weights.some((weight) => checkedAmount(weight) < 0)) throw new MoneyError('a weight cannot be negative');
  if (weights.length === 0) {
    if (amountMinor === 0) return [];
    throw new MoneyError('an amount cannot be allocated to nobody');
  }
  const totalWeight = sum(weights);
  if (totalWeight === 0)
    return allocate(
      amountMinor,
      Array.from(weights, () => 1),
    );

  const shares = weights.map((weight, index) => {
    const product = BigInt(amountMinor) * BigInt(weight);
    return { index, part: Number(product / BigInt(totalWeight)), remainder: product % BigInt(totalWeight) };
  });
  const parts = shares.map((share) => share.part);
  const left = amountMinor - sum(parts);
  const byRemainder = shares.toSorted((a, b) =>
    a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1,
  );
  for (const { index } of byRemainder.slice(0, left)) parts[index] = (parts[index] ?? 0) + 1;
  return parts;
}

/**
 * The share of an amount that belongs to units `from` (inclusive) to `from + count` (exclusive) of a line of `units`
 * equal units: largest remainder again, with the odd minor units on the first units. Whatever sequence of partial
 * shipments and cancellations consumes the units, the shares of all of them add up to the amount.
 */
export function unitShare(amountMinor: number, units: number, from: number, count: number): number {
  if (units <= 0 || from < 0 || count < 0 || from + count > units) {
    throw new MoneyError(`units ${from}..${from + count} are not within a line of ${units}`);
  }
  return prefixShare(amountMinor, units, from + count) - prefixShare(amountMinor, units, from);
}

function prefixShare(amountMinor: number, units: number, first: number): number {
  const whole = Math.floor(checkedAmount(amountMinor) / units);
  return first * whole + Math.min(first, amountMinor - whole * units);
}

/**
 * A rate in basis points of an amount, rounded half up to the minor unit.
 *
 * @param rateBasisPoints 0 to 10,000 (100 %)
 */
export function portion(amountMinor: number, rateBasisPoints: number): number {
  const product = BigInt(checkedAmount(amountMinor)) * BigInt(checkedAmount(rateBasisPoints));
  return Number((product + 5_000n) / 10_000n);
}
