import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { STREAMS } from '@marketplace/contracts';
import type { NatsConnection } from '@nats-io/transport-node';
import type mongoose from 'mongoose';
import type { FaultStack } from '../fault-stack.js';
import type { BuyerRecords, Facts, PublishedEvent, StoredOrder } from './facts.js';

const BATCH_SIZE = 500;
const CONSUMER_LIFETIME_NS = 30_000_000_000;

/** What `openWork` finds, as a filter of the database. */
export const UNSETTLED: mongoose.mongo.Filter<StoredOrder> = {
  $or: [
    { status: 'pending' },
    { 'payment.tenders.status': { $in: ['pending', 'authorizing', 'unknown', 'requires_action'] } },
    { 'payment.operations.status': 'pending' },
    { 'stock.status': 'reserving' },
    { 'stock.pending.0': { $exists: true } },
    { returnsCart: true },
    { $expr: { $ne: ['$publishedSequence', { $size: '$history' }] } },
  ],
};

const ORDER_FIELDS = [
  'cartId',
  'customerId',
  'status',
  'returnsCart',
  'vendorOrders',
  'payment',
  'stock',
  'shippingAddress.line2',
  'history.sequence',
  'history.type',
  'publishedSequence',
  'listedAt',
];

/** Reads the database, the streams and the ledger, once nothing moves any more. */
export async function readFacts(stack: FaultStack, buyers: BuyerRecords): Promise<Facts> {
  const projection = Object.fromEntries(ORDER_FIELDS.map((field) => [field, 1]));
  const orders = await stack.orders.find({}, { projection }).toArray();
  const carts = await stack.carts.find({}).toArray();
  const { nats } = stack.farServices;
  const orderEvents = await readStream(nats, STREAMS.orders.name);
  const cartEvents = await readStream(nats, STREAMS.carts.name);
  return { orders, carts, orderEvents, cartEvents, ledger: await stack.farServices.ledger(), buyers };
}

/** Carts that are held for an order which is not there: what a crash between claim and insert leaves. */
export async function countHeldCarts(stack: FaultStack): Promise<number> {
  const [found] = await stack.carts
    .aggregate<{ held: number }>([
      { $match: { status: 'ordered' } },
      {
        $lookup: {
          from: 'orders',
          localField: 'orderId',
          foreignField: '_id',
          pipeline: [{ $project: { _id: 1 } }],
          as: 'orders',
        },
      },
      { $match: { orders: { $size: 0 } } },
      { $count: 'held' },
    ])
    .toArray();
  return found?.held ?? 0;
}

export async function countWaitingCarts(stack: FaultStack): Promise<number> {
  return stack.carts.countDocuments({ 'outbox.0': { $exists: true } });
}

interface EventBody {
  subject: string;
  sequence: number;
}

async function readStream(nats: NatsConnection, stream: string): Promise<PublishedEvent[]> {
  const manager = await jetstreamManager(nats);
  const { name } = await manager.consumers.add(stream, {
    ack_policy: AckPolicy.None,
    inactive_threshold: CONSUMER_LIFETIME_NS,
  });
  const consumer = await jetstream(nats).consumers.get(stream, name);
  const events: PublishedEvent[] = [];
  for (let { num_pending: left } = await consumer.info(); left > 0; left -= BATCH_SIZE) {
    const messages = await consumer.fetch({ max_messages: Math.min(left, BATCH_SIZE), expires: 10_000 });
    for await (const message of messages) {
      const { subject, sequence } = message.json<EventBody>();
      events.push({ subject, sequence, type: message.subject.slice(message.subject.lastIndexOf('.') + 1) });
    }
  }
  return events;
}
