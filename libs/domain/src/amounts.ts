import { checkedAmount, sumOf } from './money.js';

/** The components of a price, in minor units. What is due is `items + shipping - discount + tax`. */
export interface Amounts {
  readonly items: number;
  readonly shipping: number;
  readonly discount: number;
  readonly tax: number;
}

export const ZERO_AMOUNTS: Amounts = { items: 0, shipping: 0, discount: 0, tax: 0 };

export function addAmounts(a: Amounts, b: Amounts): Amounts {
  return {
    items: checkedAmount(a.items + b.items),
    shipping: checkedAmount(a.shipping + b.shipping),
    discount: checkedAmount(a.discount + b.discount),
    tax: checkedAmount(a.tax + b.tax),
  };
}

/** The sum of the amounts of each item, by component. */
export function amountsOf<T>(items: readonly T[], amounts: (item: T) => Amounts): Amounts {
  return items.reduce((total, item) => addAmounts(total, amounts(item)), ZERO_AMOUNTS);
}

export function amountsDue(amounts: Amounts): number {
  return checkedAmount(amounts.items + amounts.shipping - amounts.discount + amounts.tax);
}

/** What all items together cost. */
export function totalDue<T>(items: readonly T[], amounts: (item: T) => Amounts): number {
  return sumOf(items, (item) => amountsDue(amounts(item)));
}

export function subtractAmounts(a: Amounts, b: Amounts): Amounts {
  return {
    items: checkedAmount(a.items - b.items),
    shipping: checkedAmount(a.shipping - b.shipping),
    discount: checkedAmount(a.discount - b.discount),
    tax: checkedAmount(a.tax - b.tax),
  };
}
