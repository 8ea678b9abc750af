import { sumOf } from '@marketplace/domain';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { catalogBatches, catalogOf } from './catalog.js';
import { readDataset } from './dataset.js';
import { expectationsOf } from './expectations.js';
import { planReplay, type ReplayPlan } from './plan.js';

const TABLES = {
  orders: [
    'order_id,customer_id,order_status,order_purchase_timestamp',
    'later,c2,shipped,2018-02-01 10:00:00',
    'earlier,c1,delivered,2018-01-31 10:00:00',
  ],
  customers: [
    'customer_id,customer_unique_id,customer_zip_code_prefix,customer_city,customer_state',
    'c1,person,01310,sao paulo,SP',
    'c2,person,01310,sao paulo,SP',
  ],
  products: ['product_id,product_category_name', 'p1,brinquedos', 'p2,'],
  order_items: [
    'order_id,order_item_id,product_id,seller_id,shipping_limit_date,price,freight_value',
    'earlier,1,p1,s1,2018-02-02 00:00:00,99.9,0.0',
    'earlier,2,p1,s1,2018-02-02 00:00:00,99.9,0.0',
  ],
  order_payments: [
    'order_id,payment_sequential,payment_type,payment_installments,payment_value',
    'earlier,2,voucher,1,99.8',
    'earlier,1,credit_card,1,100.0',
  ],
};

describe('readDataset', () => {
  let folder: string;

  const write = async (tables: Partial<typeof TABLES>) => {
    for (const [table, lines] of Object.entries(tables)) {
      await writeFile(join(folder, `olist_${table}_dataset.csv`), `${lines.join('\r\n')}\r\n`);
    }
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'replay-dataset-'));
    await write(TABLES);
  });

  afterEach(() => rm(folder, { recursive: true }));

  it('joins the tables, orders by purchase and payments by sequence', async () => {
    const { orders, categories } = await readDataset(folder);
    expect(orders.map((order) => order.orderId)).toEqual(['earlier', 'later']);
    expect(orders[0]).toEqual({
      orderId: 'earlier',
      customerUniqueId: 'person',
      status: 'delivered',
      purchasedAt: '2018-01-31 10:00:00',
      postalCode: '01310',
      city: 'sao paulo',
      state: 'SP',
      units: Array.from({ length: 2 }, () => ({ productId: 'p1', sellerId: 's1', priceMinor: 9990, freightMinor: 0 })),
      payments: [
        { sequence: 1, type: 'credit_card', amountMinor: 10_000 },
        { sequence: 2, type: 'voucher', amountMinor: 9980 },
      ],
    });
    expect(orders[1]).toMatchObject({ units: [], payments: [] });
    expect([...categories]).toEqual([['p1', 'brinquedos']]);
  });

  it('names the file with a missing column, and the order with an unknown customer', async () => {
    await write({ products: ['product_id', 'p1'] });
    await expect(readDataset(folder)).rejects.toThrow(/olist_products_dataset.csv .*product_category_name/);
    await write({ products: TABLES.products, customers: TABLES.customers.slice(0, 2) });
    await expect(readDataset(folder)).rejects.toThrow(/order later .*customer c2/);
  });
});

const olistFolder = resolve(process.env['OLIST_DATA'] ?? '../shared/data/olist');
const withOlistData = existsSync(olistFolder);
if (!withOlistData) {
  process.stderr.write(
    'The figures of the Olist data are not checked: set OLIST_DATA to the folder of its CSV files.\n',
  );
}

(withOlistData ? describe : describe.skip)('the Olist data, at the level of the plan', () => {
  let plan: ReplayPlan;

  beforeAll(async () => {
    plan = planReplay(await readDataset(olistFolder));
  });

  it('has the figures that a replay must come to', () => {
    const expected = expectationsOf(plan.source);
    expect(plan.skipped).toEqual([]);
    expect(plan.orders).toHaveLength(5071);
    expect(Object.fromEntries(expected.statuses)).toEqual({
      delivered: 3559,
      shipped: 762,
      cancelled: 332,
      processing: 416,
      confirmed: 2,
    });
    expect(expected.units).toBe(5773);
    expect(expected.sellers.size).toBe(1363);
    expect(expected.totalMinor).toBe(88_471_527);
    expect(sumOf(plan.orders, (order) => order.totalMinor)).toBe(88_471_527);
    expect(expected.capturedMinor + expected.voidedMinor + expected.openMinor).toBe(88_471_527);
    expect(plan.orders.filter((order) => order.fitted)).toHaveLength(28);
    expect(plan.source.filter((order) => order.payments.length > 1)).toHaveLength(168);
    expect(plan.orders.filter((order) => order.vendorIds.length > 1)).toHaveLength(44);
  });

  it('pays every order exactly, the one with 29 payments with the 27 that are more than nothing', () => {
    expect(Math.max(...plan.source.map((order) => order.payments.length))).toBe(29);
    expect(Math.max(...plan.orders.map((order) => order.tenders.length))).toBe(27);
    expect(sumOf(plan.orders, (order) => order.tenders.length)).toBe(5517);
    for (const { tenders, totalMinor, fitted } of plan.orders) {
      const given = sumOf(tenders, (tender) => tender.amountMinor ?? 0);
      expect(fitted ? given < totalMinor : given === totalMinor).toBe(true);
    }
  });

  it('makes a catalog whose batches fit a message', () => {
    const products = catalogOf(plan.orders);
    expect(products).toHaveLength(5018);
    for (const batch of catalogBatches(products)) {
      expect(Buffer.byteLength(JSON.stringify({ products: batch }))).toBeLessThan(256 * 1024);
    }
  });
});
