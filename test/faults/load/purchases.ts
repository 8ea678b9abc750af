import type { Units } from '../check/facts.js';

export interface PaymentMethod {
  methodToken: string;
  amount?: { amount: number; currency: string };
}

/** What a buyer wants and how it pays. */
export interface Purchase {
  buyer: 'customer' | 'guest';
  source: 'cart' | 'items';
  units: Units[];
  payments: PaymentMethod[];
  /** None of the payments can be declined. */
  mustSucceed: boolean;
  /** The buyer's browser sends the checkout twice, with a key each, to two replicas. */
  isDoubleClick: boolean;
  /** What is done with the order once it is confirmed. */
  afterwards: Afterwards;
}

export type Afterwards =
  | 'nothing'
  | 'ship all'
  | 'ship one'
  | 'cancel all'
  | 'cancel units'
  | 'ship and refund'
  | 'ship one, cancel the other';

const usd = (amount: number) => ({ amount, currency: 'USD' });
const VISA = [{ methodToken: 'tok_visa' }];
const SPLIT = [{ methodToken: 'tok_gift', amount: usd(300) }, { methodToken: 'tok_visa' }];
const HALF_DECLINED = [{ methodToken: 'tok_visa', amount: usd(300) }, { methodToken: 'tok_declined' }];

/** Mostly ordinary cards; the length is coprime to that of the things done afterwards, so that all pairs occur. */
const PAYMENTS: readonly (readonly PaymentMethod[])[] = [
  VISA,
  VISA,
  SPLIT,
  VISA,
  [{ methodToken: 'tok_async' }],
  VISA,
  VISA,
  [{ methodToken: 'tok_declined' }],
  VISA,
  SPLIT,
  VISA,
  [{ methodToken: 'tok_lost_reply' }],
  VISA,
  HALF_DECLINED,
  VISA,
  [{ methodToken: 'tok_async_declined' }],
  [{ methodToken: 'tok_capture_fails_once' }],
];

const AFTERWARDS: readonly Afterwards[] = [
  'nothing',
  'ship all',
  'nothing',
  'ship one',
  'cancel all',
  'cancel units',
  'ship and refund',
  'ship one, cancel the other',
];

const DEMO_PRODUCTS = 60;
const DEMO_VENDORS = 6;
const SHIPPING_MINOR = 499;

/** The n-th purchase of a run: products of two vendors, now and then of a guest, without a cart, or sent twice. */
export function purchase(n: number): Purchase {
  const first = 1 + (n % DEMO_PRODUCTS);
  // The next product belongs to the next vendor.
  const second = 1 + ((n + 1) % DEMO_PRODUCTS);
  const payments = PAYMENTS[n % PAYMENTS.length] ?? VISA;
  const source = n % 7 === 6 ? 'items' : 'cart';
  return {
    buyer: n % 5 === 4 ? 'guest' : 'customer',
    source,
    units: [
      { sku: `demo-${first}`, quantity: 1 + (n % 3) },
      { sku: `demo-${second}`, quantity: 1 },
    ],
    payments: payments.map((payment) => ({ ...payment })),
    mustSucceed: !payments.some(({ methodToken }) => methodToken.endsWith('declined')),
    // Without a cart two keys are two orders.
    isDoubleClick: source === 'cart' && n % 11 === 10,
    afterwards: AFTERWARDS[n % AFTERWARDS.length] ?? 'nothing',
  };
}

/** What demo products cost, shipping included, by the rules that their prices follow. */
export function demoTotalMinor(units: readonly Units[]): number {
  const vendors = new Set(units.map(({ sku }) => demoVendor(sku)));
  const items = units.reduce((sum, { sku, quantity }) => sum + quantity * (demoNumber(sku) * 100 + 99), 0);
  return items + vendors.size * SHIPPING_MINOR;
}

export function demoVendor(sku: string): string {
  return `vendor-${((demoNumber(sku) - 1) % DEMO_VENDORS) + 1}`;
}

function demoNumber(sku: string): number {
  return Number(sku.slice('demo-'.length));
}
