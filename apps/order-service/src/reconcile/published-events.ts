import { jetstream, jetstreamManager, type JsMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { STREAMS } from '@marketplace/contracts';

const MESSAGE_ID = 'Nats-Msg-Id';

/** What the stream holds of one order. Only this much is kept of it, however many events there are. */
export interface PublishedEvents {
  /** The highest sequence. */
  last: number;
  /** The first sequence that does not follow the one before; repeats of what was there already are no fault. */
  gapAt?: number;
  /** A digest of the types in sequence, as {@link digestOf} makes it. */
  digest: number;
}

export interface PublishedOrders {
  readonly byOrder: Map<string, PublishedEvents>;
  /** How many messages were read. */
  readonly events: number;
  /** Messages that name no order and sequence. */
  readonly unreadable: number;
  /** When the oldest message was written, where the stream has dropped older ones. */
  readonly beginsAt: Date | undefined;
}

/** Reads the stream of order events once, from its start to what is its end now; of one order when it is named. */
export async function readPublishedEvents(nats: NatsConnection, orderId?: string): Promise<PublishedOrders> {
  const { name } = STREAMS.orders;
  const { state } = await (await jetstreamManager(nats)).streams.info(name);
  const byOrder = new Map<string, PublishedEvents>();
  const read = {
    byOrder,
    events: 0,
    unreadable: 0,
    beginsAt: state.first_seq > 1 ? new Date(state.first_ts) : undefined,
  };
  if (state.messages === 0) return read;
  const consumer = await jetstream(nats).consumers.get(name, {
    // The ids say all that is compared: the bodies stay where they are.
    headers_only: true,
    ...(orderId === undefined ? {} : { filter_subjects: `evt.orders.${orderId}.>` }),
  });
  if ((await consumer.info()).num_pending === 0) return read;
  const messages = await consumer.consume({ max_messages: 2_000 });
  for await (const message of messages) {
    read.events += 1;
    if (!note(byOrder, message)) read.unreadable += 1;
    if (message.info.pending === 0 || message.seq >= state.last_seq) break;
  }
  await messages.close();
  await consumer.delete();
  return read;
}

function note(byOrder: Map<string, PublishedEvents>, { headers, subject }: JsMsg): boolean {
  const [, orderId, number] = /^(.+):(\d+)$/u.exec(headers?.get(MESSAGE_ID) ?? '') ?? [];
  if (orderId === undefined) return false;
  const sequence = Number(number);
  const type = subject.slice(subject.lastIndexOf('.') + 1);
  const known = byOrder.get(orderId) ?? { last: 0, digest: 0 };
  byOrder.set(orderId, known);
  if (sequence <= known.last) return true;
  if (sequence !== known.last + 1) known.gapAt ??= known.last + 1;
  known.last = sequence;
  known.digest = digestOf(known.digest, type);
  return true;
}

/** The digest of the types so far with one more: 31-based, in 32 bits. It finds mistakes, not forgeries. */
export function digestOf(before: number, type: string): number {
  let digest = before;
  for (const character of `${type}.`) digest = (Math.imul(digest, 31) + (character.codePointAt(0) ?? 0)) | 0;
  return digest;
}
