/** An amount of money: a safe integer number of minor units (cents) and its ISO 4217 currency. */
export interface Money {
  readonly amount: number;
  readonly currency: string;
}

/** Raised when arithmetic would mix currencies or leave the range in which integers are exact. */
export class MoneyError extends Error {
  override readonly name = 'MoneyError';
}

/** Refuses anything that is not an exactly representable integer: a rounding error must never travel on unseen. */
export function checkedAmount(amountMinor: number): number {
  if (!Number.isSafeInteger(amountMinor)) {
    throw new MoneyError(`${amountMinor} is not an exact amount of minor units`);
  }
  return amountMinor;
}

export function money(amountMinor: number, currency: string): Money {
  return { amount: checkedAmount(amountMinor), currency };
}

/** Adds amounts of minor units, checked. */
export function sum(amountsMinor: Iterable<number>): number {
  let total = 0;
  for (const amount of amountsMinor) total = checkedAmount(total + checkedAmount(amount));
  return total;
}

/** Adds up one figure of each item, checked. */
export function sumOf<T>(items: Iterable<T>, figure: (item: T) => number): number {
  let total = 0;
  for (const item of items) total = checkedAmount(total + checkedAmount(figure(item)));
  return total;
}

/** Unit price times units, checked. */
export function multiply(amountMinor: number, units: number): number {
  return checkedAmount(checkedAmount(amountMinor) * checkedAmount(units));
}
