import { parse } from 'csv-parse/sync';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseMinor } from './decimal.js';

/** One unit of an order: the data set has a row for each, not a quantity. */
export interface DatasetUnit {
  productId: string;
  sellerId: string;
  priceMinor: number;
  freightMinor: number;
}

export interface DatasetPayment {
  sequence: number;
  type: string;
  amountMinor: number;
}

export interface DatasetOrder {
  orderId: string;
  /** The person. The data's `customer_id` is new with every order and is used only to find this one. */
  customerUniqueId: string;
  status: string;
  /** `YYYY-MM-DD hh:mm:ss`, which sorts as text. */
  purchasedAt: string;
  postalCode: string;
  city: string;
  state: string;
  units: DatasetUnit[];
  /** By `payment_sequential`; the file itself is in no order. */
  payments: DatasetPayment[];
}

export interface Dataset {
  /** By time of purchase, then by id. */
  orders: DatasetOrder[];
  /** Category of a product, by product id; products without one are left out. */
  categories: Map<string, string>;
}

type Row<Column extends string> = Record<Column, string>;

async function readRows<Column extends string>(
  folder: string,
  table: string,
  columns: readonly Column[],
): Promise<Row<Column>[]> {
  const file = join(folder, `olist_${table}_dataset.csv`);
  const rows = parse<Row<Column>>(await readFile(file), { columns: true, bom: true, skip_empty_lines: true });
  const missing = columns.filter((column) => rows[0]?.[column] === undefined);
  if (missing.length > 0) throw new Error(`${file} has no rows or no column ${missing.join(', ')}`);
  return rows;
}

function collect<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

async function readUnits(folder: string): Promise<Map<string, DatasetUnit[]>> {
  const columns = ['order_id', 'product_id', 'seller_id', 'price', 'freight_value'] as const;
  const units = new Map<string, DatasetUnit[]>();
  for (const row of await readRows(folder, 'order_items', columns)) {
    collect(units, row.order_id, {
      productId: row.product_id,
      sellerId: row.seller_id,
      priceMinor: parseMinor(row.price),
      freightMinor: parseMinor(row.freight_value),
    });
  }
  return units;
}

async function readPayments(folder: string): Promise<Map<string, DatasetPayment[]>> {
  const columns = ['order_id', 'payment_sequential', 'payment_type', 'payment_value'] as const;
  const payments = new Map<string, DatasetPayment[]>();
  for (const row of await readRows(folder, 'order_payments', columns)) {
    collect(payments, row.order_id, {
      sequence: Number(row.payment_sequential),
      type: row.payment_type,
      amountMinor: parseMinor(row.payment_value),
    });
  }
  for (const list of payments.values()) list.sort((one, other) => one.sequence - other.sequence);
  return payments;
}

const byPurchase = (one: DatasetOrder, other: DatasetOrder): number => {
  const left = `${one.purchasedAt} ${one.orderId}`;
  const right = `${other.purchasedAt} ${other.orderId}`;
  return left < right ? -1 : Number(left > right);
};

/**
 * Reads a folder of the Olist data set: orders, order items, payments, customers and products, in the data set's own file
 * names and columns.
 *
 * @throws Error naming the file when one is missing, a column is missing, or an order names an unknown customer.
 */
export async function readDataset(folder: string): Promise<Dataset> {
  const orderColumns = ['order_id', 'customer_id', 'order_status', 'order_purchase_timestamp'] as const;
  const customerColumns = [
    'customer_id',
    'customer_unique_id',
    'customer_zip_code_prefix',
    'customer_city',
    'customer_state',
  ] as const;
  const [orderRows, customerRows, productRows, units, payments] = await Promise.all([
    readRows(folder, 'orders', orderColumns),
    readRows(folder, 'customers', customerColumns),
    readRows(folder, 'products', ['product_id', 'product_category_name'] as const),
    readUnits(folder),
    readPayments(folder),
  ]);
  const customers = new Map(customerRows.map((row) => [row.customer_id, row]));
  const orders = orderRows.map((row): DatasetOrder => {
    const customer = customers.get(row.customer_id);
    if (!customer) throw new Error(`order ${row.order_id} names customer ${row.customer_id}, which is not in the data`);
    return {
      orderId: row.order_id,
      customerUniqueId: customer.customer_unique_id,
      status: row.order_status,
      purchasedAt: row.order_purchase_timestamp,
      postalCode: customer.customer_zip_code_prefix,
      city: customer.customer_city,
      state: customer.customer_state,
      units: units.get(row.order_id) ?? [],
      payments: payments.get(row.order_id) ?? [],
    };
  });
  const named = productRows.filter((row) => row.product_category_name !== '');
  return {
    orders: orders.sort(byPurchase),
    categories: new Map(named.map((row) => [row.product_id, row.product_category_name])),
  };
}
