import { isPassing, problemIn, type Api, type Problem } from './api.js';
import type { Ledger, Order, Page, TimelineEntry } from './model.js';
import { Store } from './store.js';

const RETRY_MS = 2_000;

export interface OrderState {
  readonly order?: Order;
  readonly timeline: readonly TimelineEntry[];
  readonly ledger?: Ledger;
  readonly problem?: Problem | undefined;
}

/** One order with what has happened to it and to its money. */
export class OrderStore extends Store<OrderState> {
  #reading: Promise<void> | undefined;
  #isStale = false;
  #isStopped = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly id: string,
    private readonly api: Api,
    private readonly onOrder: (order: Order) => void,
  ) {
    super({ timeline: [] });
  }

  /** Reads what is new; once more where something changes while it reads. */
  async load(): Promise<void> {
    this.#isStale = true;
    this.#reading ??= this.#readAll().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  /** Shows the order as a command's answer gives it. */
  put(order: Order): void {
    if (order.version < (this.state.order?.version ?? 0)) return;
    this.change({ order });
    this.onOrder(order);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  async #readAll(): Promise<void> {
    while (this.#isStale) {
      this.#isStale = false;
      try {
        await this.#read();
      } catch (error) {
        const problem = problemIn(error);
        this.change({ problem });
        clearTimeout(this.#timer);
        if (isPassing(problem) && !this.#isStopped) this.#timer = setTimeout(() => void this.load(), RETRY_MS);
      }
    }
  }

  async #read(): Promise<void> {
    const path = `/orders/${encodeURIComponent(this.id)}`;
    const [order, ledger] = await Promise.all([this.api.get<Order>(path), this.api.get<Ledger>(`${path}/ledger`)]);
    const timeline = [...this.state.timeline];
    let page: Page<TimelineEntry>;
    do {
      page = await this.api.get<Page<TimelineEntry>>(`${path}/timeline?after=${timeline.at(-1)?.sequence ?? 0}`);
      timeline.push(...page.items);
    } while (page.nextCursor !== null);
    this.change({ timeline, ledger, problem: undefined });
    this.put(order);
  }
}
