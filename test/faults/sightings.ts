import { CATALOG_SUBJECTS, INVENTORY_SUBJECTS, PAYMENT_SUBJECTS } from '@marketplace/contracts';
import type { Subscription } from '@nats-io/transport-node';
import type mongoose from 'mongoose';
import type { FaultStack } from './fault-stack.js';

const DEADLINE_MS = 60_000;

type Stage = mongoose.mongo.Document;

/** A step of an order's life that can be seen from outside the service, at the moment at which it is taken. */
export type Step = { name: string } & ({ subject: string } | { collection: 'orders' | 'carts'; change: Stage });

const becomes = (field: string, value: string): Stage => ({ [`updateDescription.updatedFields.${field}`]: value });

/** From the first question of a checkout to the last event of a shipment. */
export const STEPS: readonly Step[] = [
  { name: 'quote', subject: CATALOG_SUBJECTS.quote },
  { name: 'cart claimed', collection: 'carts', change: becomes('status', 'ordered') },
  { name: 'order inserted', collection: 'orders', change: { operationType: 'insert' } },
  { name: 'reserve', subject: INVENTORY_SUBJECTS.reserve },
  { name: 'authorize', subject: PAYMENT_SUBJECTS.authorize },
  { name: 'order confirmed', collection: 'orders', change: becomes('status', 'confirmed') },
  { name: 'event published', subject: 'evt.orders.>' },
  { name: 'commit', subject: INVENTORY_SUBJECTS.commit },
  { name: 'shipped', collection: 'orders', change: becomes('status', 'shipped') },
  { name: 'capture', subject: PAYMENT_SUBJECTS.capture },
  { name: 'void', subject: PAYMENT_SUBJECTS.void },
  { name: 'release', subject: INVENTORY_SUBJECTS.release },
  { name: 'refund', subject: PAYMENT_SUBJECTS.refund },
  { name: 'cart given back', collection: 'carts', change: becomes('status', 'active') },
];

/**
 * Calls back as soon as the step is seen the next time: on the wire, by listening along, or in the database, as the write is
 * told to its followers.
 *
 * @throws Error when it is not seen within a minute
 */
export async function atNext(stack: FaultStack, step: Step, act: () => Promise<void>): Promise<void> {
  const seen =
    'subject' in step ? seenOnWire(stack, step.subject) : seenInDatabase(stack, step.collection, step.change);
  const timer = setTimeout(() => seen.giveUp(), DEADLINE_MS);
  try {
    if (!(await seen.once)) throw new Error(`${step.name} was not seen within ${DEADLINE_MS} ms`);
    await act();
  } finally {
    clearTimeout(timer);
    await seen.end();
  }
}

interface Watched {
  /** False when it was given up. */
  once: Promise<boolean>;
  giveUp: () => void;
  end: () => Promise<void>;
}

function seenOnWire({ farServices }: FaultStack, subject: string): Watched {
  let subscription: Subscription | undefined;
  let giveUp = (): void => undefined;
  const once = new Promise<boolean>((resolve) => {
    giveUp = () => resolve(false);
    subscription = farServices.nats.subscribe(subject, { max: 1, callback: (error) => resolve(error === null) });
  });
  return { once, giveUp, end: async () => subscription?.unsubscribe() };
}

function seenInDatabase(stack: FaultStack, collection: 'orders' | 'carts', change: Stage): Watched {
  const stream = stack.watch(collection, change);
  let giveUp = (): void => undefined;
  const once = new Promise<boolean>((resolve) => {
    giveUp = () => resolve(false);
    stream.once('change', () => resolve(true));
    stream.once('error', () => resolve(false));
  });
  return { once, giveUp, end: async () => stream.close() };
}
