import { REPLY_HEADERS } from '@marketplace/contracts';
import { headers, type MsgHdrs, type NatsConnection } from '@nats-io/nats-core';
import type { TestStack } from './stack.js';

const REPLY_DEADLINE_MS = 8_000;

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
  return { body: reply.json<Body>(), isReplay, bytes: reply.data.length };
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
