import { setTimeout as delay } from 'node:timers/promises';
import type { Tokens } from '../../load/replay/tokens.js';
import type { Order } from '../../support/client.js';
import { UnansweredError, type Call, type ServiceClient } from './service-client.js';

/** The time that the service has to move money after a fault. */
const CAPTURE_DEADLINE_MS = 60_000;
const POLL_MS = 100;

/** Whether the money of the shipments came in time: support refunds only what it sees captured. */
export async function isCaptured(client: ServiceClient, tokens: Tokens, orderId: string): Promise<boolean> {
  const call: Call = { method: 'GET', path: `/orders/${orderId}`, token: await tokens.admin() };
  const giveUpAt = Date.now() + CAPTURE_DEADLINE_MS;
  try {
    while (Date.now() < giveUpAt) {
      const { status, body } = await client.ask(call);
      if (status < 300 && (body as Order).payment.captured.amount > 0) return true;
      await delay(POLL_MS);
    }
  } catch (error) {
    if (!(error instanceof UnansweredError)) throw error;
  }
  return false;
}
