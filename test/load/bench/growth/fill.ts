import { randomBytes, randomUUID } from 'node:crypto';
import type mongoose from 'mongoose';
import type { PlacedOrder } from '../job.js';
import type { Progress } from '../../replay/progress.js';
import { renewed } from './renew.js';

interface Stored extends mongoose.mongo.Document {
  _id: string;
  workDueAt?: Date;
}

/** An order and its cart as the service has stored them. */
export interface Template {
  placed: PlacedOrder;
  order: Stored;
  cart: Stored;
}

/** An order that was filled in, as its customer knows it. */
export type FilledOrder = Pick<PlacedOrder, 'id' | 'number' | 'cartId'> & { customerId: string };

const BATCH_SIZE = 500;
const BATCHES_AT_ONCE = 3;
const ORDERS_A_CUSTOMER = 25;
const READ_CUSTOMERS = 400;
const READ_ORDERS_A_CUSTOMER = 5;
const DAY_MS = 24 * 60 * 60 * 1000;
/** Orders are spread over so long a time, as those of a shop that has been open for two years. */
const AGE_DAYS = 730;
const MARGIN_MS = 6 * 60 * 60 * 1000;
const NUMBER_BYTES = 7;

/** Reads what the service has stored of orders. */
export async function readTemplates(database: mongoose.mongo.Db, placed: readonly PlacedOrder[]): Promise<Template[]> {
  return Promise.all(
    placed.map(async (each) => {
      const order = await database.collection<Stored>('orders').findOne({ _id: each.id });
      const cart = await database.collection<Stored>('carts').findOne({ _id: each.cartId });
      if (!order || !cart) throw new Error(`order ${each.id} was not stored with its cart`);
      return { placed: each, order, cart };
    }),
  );
}

/** Puts copies of orders that the service made into its database, each with ids, a number, a customer and a day of its own. */
export class Filling {
  /** Orders to read later. */
  readonly sample: FilledOrder[] = [];
  #filled = 0;

  constructor(
    private readonly database: mongoose.mongo.Db,
    private readonly templates: readonly Template[],
  ) {}

  /** How many were filled in so far. */
  get filled(): number {
    return this.#filled;
  }

  /** @param total how many there are to be in the end */
  async upTo(total: number, progress: Pick<Progress, 'advance'>): Promise<void> {
    const worker = async (): Promise<void> => {
      while (this.#filled < total) {
        const from = this.#filled;
        this.#filled = Math.min(total, from + BATCH_SIZE);
        const to = this.#filled;
        await this.#fill(from, to, total);
        progress.advance(false, to - from);
      }
    };
    await Promise.all(Array.from({ length: BATCHES_AT_ONCE }, worker));
    this.sample.splice(0, Math.max(0, this.sample.length - READ_CUSTOMERS * READ_ORDERS_A_CUSTOMER));
  }

  async #fill(from: number, to: number, total: number): Promise<void> {
    const orders: Stored[] = [];
    const carts: Stored[] = [];
    for (let index = from; index < to; index += 1) {
      const template = this.templates[index % this.templates.length] as Template;
      const { order, cart, filled } = copyOf(template, index);
      orders.push(order);
      carts.push(cart);
      if (isRead(index, total)) this.sample.push(filled);
    }
    // A copy that a crash would lose may be lost: nothing but the time that it takes depends on it.
    const options = { ordered: false, writeConcern: { w: 1, journal: false } };
    await this.database.collection<Stored>('orders').insertMany(orders, options);
    await this.database.collection<Stored>('carts').insertMany(carts, options);
  }
}

/**
 * Whether the order of this index is read later: some of each of a few hundred customers from all over. They are as many at every size from 10,000
 * orders on, since whoever comes again costs the service less.
 */
export function isRead(index: number, total: number): boolean {
  const customers = Math.ceil(total / ORDERS_A_CUSTOMER);
  const everyCustomer = Math.max(1, Math.floor(customers / READ_CUSTOMERS));
  const isOfReader = Math.floor(index / ORDERS_A_CUSTOMER) % everyCustomer === 0;
  return isOfReader && index % (ORDERS_A_CUSTOMER / READ_ORDERS_A_CUSTOMER) === 0;
}

function copyOf(
  { placed, order, cart }: Template,
  index: number,
): { order: Stored; cart: Stored; filled: FilledOrder } {
  const filled = {
    id: randomUUID(),
    cartId: randomUUID(),
    number: randomBytes(NUMBER_BYTES).toString('hex').toUpperCase(),
    customerId: `filled-${Math.floor(index / ORDERS_A_CUSTOMER)}`,
  };
  const replacements = new Map([
    [placed.id, filled.id],
    [placed.cartId, filled.cartId],
    [placed.number, filled.number],
    [placed.buyer.id, filled.customerId],
  ]);
  const shiftMs = -(MARGIN_MS + Math.random() * AGE_DAYS * DAY_MS);
  return {
    order: withoutOverdueWork(renewed(order, replacements, shiftMs)),
    cart: renewed(cart, replacements, shiftMs),
    filled,
  };
}

/** What was due in the past has been done by now: else the service would set about all of it. */
function withoutOverdueWork(order: Stored): Stored {
  const { workDueAt, ...rest } = order;
  return workDueAt !== undefined && workDueAt.getTime() < Date.now() + MARGIN_MS ? rest : order;
}
