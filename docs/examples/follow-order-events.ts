// Analytics: adds up what was captured, currency by currency. Events of JetStream with types, each order's in their sequence.
import { MemorySequenceStore, OrderEvents, type SequenceStore } from '@marketplace/contracts';
import { connect } from '@nats-io/transport-node';

export class CapturedMoney {
  readonly #totals = new Map<string, number>();

  private constructor(private readonly end: () => Promise<void>) {}

  /** @param store a real service keeps the sequences with its totals, in one transaction; here both last as long as the process */
  static async follow(
    natsUrl: string,
    durable: string,
    store: SequenceStore = new MemorySequenceStore(),
  ): Promise<CapturedMoney> {
    const connection = await connect({ servers: natsUrl });
    const captured: CapturedMoney = new CapturedMoney(async () => {
      await events.stop();
      await connection.drain();
    });
    const events = await OrderEvents.start(connection, {
      durable,
      store,
      async handle(event) {
        if (event.type !== 'marketplace.order.payment-captured.v1') return;
        const { amount, currency } = event.data.amount;
        captured.#totals.set(currency, captured.in(currency) + amount);
      },
    });
    return captured;
  }

  /** Minor units. */
  in(currency: string): number {
    return this.#totals.get(currency) ?? 0;
  }

  async stop(): Promise<void> {
    await this.end();
  }
}
