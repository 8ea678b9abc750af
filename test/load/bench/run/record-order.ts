import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { waitUntil } from '@marketplace/local-stack';
import { connect, type Msg } from '@nats-io/transport-node';
import { writeRecording, type Step } from '../floor/recording.js';
import type { Buyer, PlacedOrder } from '../job.js';
import type { BenchStack } from './bench-stack.js';
import { countCommands, readCommands, type CommandCount, type RecordedCommand } from './commands.js';

const PRELOAD = pathToFileURL(resolve('test/load/bench/record-commands.mjs')).href;
const RECORDING = { nodeArgs: ['--import', PRELOAD], asModules: true };
const COUNTED_ORDERS = 200;
const COUNTED_CLIENTS = 16;
const SETTLED_WITHIN_MS = 30_000;
/** For some seconds after it has met a primary the service reads each document by itself. */
const PRIMARY_KNOWN_MS = 6_000;

/** What the service asks of others, and what it tells. The Payment Service's own events are not its doing. */
const ASKED = /^(catalog|inventory|payments)\./u;
const TOLD = /^(evt\.(orders|carts)|cmd\.)/u;

export interface RecordedOrder {
  /** A file for the floor. */
  recording: string;
  counts: CommandCount[];
}

/**
 * Runs the service with its commands to MongoDB recorded: first for one order alone, which the floor then repeats without the service, then for many,
 * which are counted.
 */
export async function recordOrder(stack: BenchStack, buyers: readonly Buyer[]): Promise<RecordedOrder> {
  const alone = join(stack.folder, 'commands-of-one.ndjson');
  const many = join(stack.folder, 'commands-of-many.ndjson');
  const { order, messages } = await recordOne(stack, buyers, alone);
  const steps = [...readCommands(alone).flatMap((command) => stepOf(command, order)), ...messages];
  const recording = join(stack.folder, 'recording.json');
  await writeFile(recording, writeRecording({ order, steps }));

  await stack.restartService({ COMMANDS_FILE: many }, RECORDING);
  await delay(PRIMARY_KNOWN_MS);
  const startedAt = performance.timeOrigin + performance.now();
  await placeOrders(stack, buyers.slice(1), COUNTED_ORDERS, COUNTED_CLIENTS);
  await whenSettled(stack);
  const counts = countCommands(
    readCommands(many).filter(({ at }) => at >= startedAt),
    COUNTED_ORDERS,
  );
  return { recording, counts };
}

async function recordOne(
  stack: BenchStack,
  buyers: readonly Buyer[],
  file: string,
): Promise<{ order: PlacedOrder; messages: Step[] }> {
  await stack.restartService({ COMMANDS_FILE: file }, RECORDING);
  const nats = await connect({ servers: stack.parts.natsUrl });
  const messages: Step[] = [];
  try {
    nats.subscribe('>', {
      callback: (_error, message) => {
        const step = messageStep(message);
        if (step) messages.push(step);
      },
    });
    await nats.flush();
    const [order] = await placeOrders(stack, buyers.slice(0, 1), 1, 1);
    if (!order) throw new Error('no order was placed');
    await whenSettled(stack);
    return { order, messages };
  } finally {
    await nats.close();
  }
}

async function placeOrders(
  stack: BenchStack,
  buyers: readonly Buyer[],
  orderCount: number,
  concurrency: number,
): Promise<PlacedOrder[]> {
  const job = { warmUpMs: 0, measureMs: 0, orders: [], staffToken: '' };
  const { orders = [] } = await stack.run({ ...job, work: 'place-orders', concurrency, buyers, orderCount });
  return orders;
}

/** Nothing waits to be done or to be published any more, for any order or cart. */
export async function whenSettled(stack: BenchStack): Promise<void> {
  const isSettled = async (): Promise<boolean> => {
    const carts = await stack.database.collection('carts').countDocuments({ outboxAt: { $exists: true } });
    const orders = await stack.database.collection('orders').countDocuments({ 'stock.pending.0': { $exists: true } });
    return carts + orders === 0;
  };
  await waitUntil('the end of all work', isSettled, { deadlineMs: SETTLED_WITHIN_MS });
}

function messageStep(message: Msg): Step | undefined {
  const { subject } = message;
  const at = performance.timeOrigin + performance.now();
  const payload = message.string();
  if (ASKED.test(subject)) return { kind: 'request', at, subject, payload };
  if (!TOLD.test(subject)) return undefined;
  return { kind: 'publish', at, subject, payload, messageId: message.headers?.get('Nats-Msg-Id') ?? '' };
}

/** Commands of background jobs that look for work are nobody's. */
function stepOf({ at, name, collection, command }: RecordedCommand, order: PlacedOrder): Step[] {
  const text = JSON.stringify(command);
  if (![order.id, order.cartId, order.buyer.id].some((id) => text.includes(id))) return [];
  if (name !== 'find' && name !== 'insert' && name !== 'update') throw new Error(`the floor cannot repeat "${name}"`);
  return [{ kind: name, at, collection, command }];
}
