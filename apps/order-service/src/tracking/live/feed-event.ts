import type { JsMsg } from '@nats-io/jetstream';
import { ORDER_EVENT_TYPES, orderEventType, type OrderEvent, type OrderEventType } from '@marketplace/contracts';

/** An event of an order as the stream holds it. */
export interface FeedEvent {
  /** Its place in the stream, which all orders share. */
  readonly streamSequence: number;
  readonly type: OrderEventType;
  readonly event: OrderEvent;
}

const TYPES: ReadonlyMap<string, OrderEventType> = new Map(
  ORDER_EVENT_TYPES.map((type) => [orderEventType(type), type]),
);

/** Reads a message of the stream; undefined when it is no event of this service, which viewers are spared. */
export function readFeedEvent(message: Pick<JsMsg, 'seq' | 'data'>): FeedEvent | undefined {
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder().decode(message.data));
  } catch {
    return undefined;
  }
  if (!isOrderEvent(body)) return undefined;
  const type = TYPES.get(body.type);
  return type === undefined ? undefined : { streamSequence: message.seq, type, event: body };
}

function isOrderEvent(body: unknown): body is OrderEvent {
  if (typeof body !== 'object' || body === null) return false;
  const { type, subject, time, sequence, data } = body as Partial<Record<keyof OrderEvent, unknown>>;
  if (typeof type !== 'string' || typeof subject !== 'string' || typeof time !== 'string') return false;
  if (!Number.isSafeInteger(sequence) || Number.isNaN(Date.parse(time))) return false;
  return typeof data === 'object' && data !== null && Array.isArray((data as { vendorIds?: unknown }).vendorIds);
}
