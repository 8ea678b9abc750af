import {
  type LedgerReply,
  type LedgerRequest,
  type LoadCatalogReply,
  type LoadCatalogRequest,
  SIMULATOR_SUBJECTS,
  type SimulatorProduct,
} from '@marketplace/contracts';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { catalogBatches } from './catalog.js';
import { LedgerSums } from './ledger.js';

const CONNECT_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 20_000;

/** The marketplace simulator, which stands in for the Catalog and Payment services: asked over NATS. */
export class Simulator {
  private constructor(private readonly connection: NatsConnection) {}

  /** @throws Error when NATS cannot be reached. */
  static async connect(natsUrl: string): Promise<Simulator> {
    try {
      return new Simulator(await connect({ servers: natsUrl, name: 'replay', timeout: CONNECT_TIMEOUT_MS }));
    } catch (error) {
      throw new Error(`NATS does not answer at ${natsUrl}: ${(error as Error).message}`, { cause: error });
    }
  }

  /** Adds the products to the catalog, or replaces them: doing it again changes nothing. */
  async loadCatalog(products: readonly SimulatorProduct[]): Promise<void> {
    for (const batch of catalogBatches(products)) {
      await this.request<LoadCatalogReply>(SIMULATOR_SUBJECTS.catalog, { products: batch });
    }
  }

  /** Reads the whole ledger and sums up the money of these orders. */
  async readLedger(orderIds: ReadonlySet<string>): Promise<LedgerSums> {
    const sums = new LedgerSums(orderIds);
    let cursor: string | null = null;
    do {
      const page: LedgerReply = await this.request<LedgerReply>(
        SIMULATOR_SUBJECTS.ledger,
        cursor === null ? {} : { cursor },
      );
      for (const entry of page.entries) sums.add(entry);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return sums;
  }

  async close(): Promise<void> {
    await this.connection.close();
  }

  private async request<Answer>(subject: string, question: LoadCatalogRequest | LedgerRequest): Promise<Answer> {
    const options = { timeout: REQUEST_TIMEOUT_MS };
    const message = await this.connection
      .request(subject, JSON.stringify(question), options)
      .catch((error: unknown) => {
        throw new Error(`the simulator does not answer ${subject}: ${(error as Error).message}`, { cause: error });
      });
    const answer = message.json<Answer & { error?: unknown }>();
    if (answer.error !== undefined) throw new Error(`${subject}: ${JSON.stringify(answer.error)}`);
    return answer;
  }
}
