// A process of its own that is all the clients of one measurement: `main.js <job file> <result file>`.
import { readFile, writeFile } from 'node:fs/promises';
import type { Job, JobResult, PlacedOrder } from '../job.js';
import { CheckoutWork } from './checkout.js';
import { FloorCheckoutWork } from './floor-checkout.js';
import { AddToCartWork, HISTORY_PATH, ORDER_PATH, ReadWork } from './other-work.js';
import { runWork } from './run-work.js';
import { TrackWork } from './track.js';
import type { Work } from './work.js';

async function workOf(job: Job): Promise<Work> {
  switch (job.work) {
    case 'checkout':
    case 'place-orders':
      return new CheckoutWork(job, false);
    case 'checkout-captured':
      return new CheckoutWork(job, true);
    case 'add-to-cart':
      return new AddToCartWork(job);
    case 'read-order':
    case 'floor-read-order':
      return new ReadWork(job, ORDER_PATH);
    case 'history':
    case 'floor-history':
      return new ReadWork(job, HISTORY_PATH);
    case 'track':
      return new TrackWork(job);
    case 'floor-checkout':
      return FloorCheckoutWork.connect(job);
  }
}

/** Orders to read later, shared out over the clients. */
async function placeOrders(work: CheckoutWork, { concurrency, orderCount = 0 }: Job): Promise<PlacedOrder[]> {
  const orders: PlacedOrder[] = [];
  let left = orderCount;
  const clients = Array.from({ length: concurrency }, async (_, client) => {
    while (left > 0) {
      left -= 1;
      orders.push(await work.buy(client, () => undefined));
    }
  });
  await Promise.all(clients);
  return orders;
}

async function run(job: Job): Promise<JobResult> {
  const work = await workOf(job);
  try {
    if (job.work === 'place-orders') return { orders: await placeOrders(work as CheckoutWork, job) };
    return { measurement: await runWork(work, { ...job, pids: { ...job.pids, client: process.pid } }) };
  } finally {
    await work.close();
  }
}

const [jobFile = '', resultFile = ''] = process.argv.slice(2);
const result = await run(JSON.parse(await readFile(jobFile, 'utf8')) as Job);
await writeFile(resultFile, JSON.stringify(result));
