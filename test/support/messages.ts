import { REPLY_HEADERS } from '@marketplace/contracts';
import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { headers, type MsgHdrs, type NatsConnection } from '@nats-io/nats-core';
import { requireDocumentedMessage, requireDocumentedReply } from './message-contract.js';
import type { TestStack } from './stack.js';

const REPLY_DEADLINE_MS = 8_000;
const READ_DEADLINE_MS = 2_000;
/** A consumer that nobody asks any more is gone after that. */
const INACTIVE_NANOSECONDS = 10_000_000_000;

/** The answer to a plain JSON request. */
export interface MessageReply<Body> {
  body: Body;
  isReplay: boolean;
  bytes: number;
}

/** A request as the `nats` command line tool makes it. A text is sent as it is. */
export async function request<Body>(
  nats: NatsConnection,
  subject: string,
  body: unknown,
  sent: Record<string, string> = {},
): Promise<MessageReply<Body>> {
  const payload = typeof body === 'string' ? body : JSON.stringify(body);
  const options = { timeout: REPLY_DEADLINE_MS, headers: messageHeaders(sent) };
  const reply = await nats.request(subject, payload, options);
  const isReplay = reply.headers?.get(REPLY_HEADERS.idempotencyReplayed) === 'true';
  const answer = reply.json<Body>();
  requireDocumentedReply(subject, answer);
  return { body: answer, isReplay, bytes: reply.data.length };
}

/** A message as a stream keeps it. */
export interface StreamedMessage<Body> {
  body: Body;
  subject: string;
  messageId: string;
}

/** Everything that a stream holds on the subjects, in its order. */
export async function streamed<Body>(
  nats: NatsConnection,
  stream: string,
  subjects: string,
): Promise<StreamedMessage<Body>[]> {
  const manager = await jetstreamManager(nats);
  const { name } = await manager.consumers.add(stream, {
    filter_subject: subjects,
    ack_policy: AckPolicy.None,
    inactive_threshold: INACTIVE_NANOSECONDS,
  });
  const consumer = await jetstream(nats).consumers.get(stream, name);
  const { num_pending: pending } = await consumer.info();
  const found: StreamedMessage<Body>[] = [];
  if (pending === 0) return found;
  for await (const message of await consumer.fetch({ max_messages: pending, expires: READ_DEADLINE_MS })) {
    const messageId = message.headers?.get('Nats-Msg-Id') ?? '';
    const content = message.json<Body>();
    requireDocumentedMessage(message.subject, content);
    found.push({ body: content, subject: message.subject, messageId });
    if (found.length === pending) break;
  }
  return found;
}

export function messageHeaders(sent: Record<string, string>): MsgHdrs {
  const carried = headers();
  for (const [name, value] of Object.entries(sent)) carried.set(name, value);
  return carried;
}

/** The header that names the caller. */
export async function bearer(
  stack: TestStack,
  sub: string,
  role: string,
  vendorId?: string,
): Promise<{ Authorization: string }> {
  const token = await stack.token({ sub, roles: [role], ...(vendorId === undefined ? {} : { vendorId }) });
  return { Authorization: `Bearer ${token}` };
}
