import {
  SIMULATOR_SUBJECTS,
  type LedgerEntry,
  type LedgerReply,
  type SetDialsRequest,
  type SimulatorProduct,
} from '@marketplace/contracts';
import { waitUntil } from '@marketplace/local-stack';
import { connect, type NatsConnection } from '@nats-io/transport-node';

const REQUEST_TIMEOUT_MS = 5_000;
const DEADLINE_MS = 30_000;

/** The simulator's controls and its ledger. NATS may be away for a while: every request may be repeated, and is. */
export class FarServices {
  private constructor(readonly nats: NatsConnection) {}

  static async connect(natsUrl: string): Promise<FarServices> {
    return new FarServices(
      await connect({ servers: natsUrl, name: 'fault suite', maxReconnectAttempts: -1, reconnectTimeWait: 100 }),
    );
  }

  async setDials(dials: SetDialsRequest): Promise<void> {
    await this.#ask(SIMULATOR_SUBJECTS.dials, dials);
  }

  async loadProducts(products: SimulatorProduct[]): Promise<void> {
    await this.#ask(SIMULATOR_SUBJECTS.catalog, { products });
  }

  /** Everything that the far services have ever accepted. */
  async ledger(): Promise<LedgerEntry[]> {
    const entries: LedgerEntry[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page: LedgerReply = await this.#ask(SIMULATOR_SUBJECTS.ledger, cursor === undefined ? {} : { cursor });
      entries.push(...page.entries);
      cursor = page.nextCursor;
    }
    return entries;
  }

  async close(): Promise<void> {
    await this.nats.close();
  }

  async #ask<Reply>(subject: string, body: object): Promise<Reply> {
    return waitUntil(
      `an answer to ${subject}`,
      async () => {
        const message = await this.nats.request(subject, JSON.stringify(body), { timeout: REQUEST_TIMEOUT_MS });
        const reply = message.json<Reply & { error?: unknown }>();
        if (reply.error !== undefined) throw new Error(JSON.stringify(reply.error));
        return reply;
      },
      { deadlineMs: DEADLINE_MS, pollMs: 100 },
    );
  }
}
