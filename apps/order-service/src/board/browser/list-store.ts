import { isPassing, problemIn, type Api, type Problem } from './api.js';
import { RECENT_MS, MOST_RECENT, serviceFiguresOf, type ServiceFigures } from './figures.js';
import { fits, NO_FILTERS, queryOf, type Filters } from './filters.js';
import type { Order, Page } from './model.js';
import { Store } from './store.js';

const PAGE_SIZE = 50;
/** Events of one order come in bursts, and one look at it serves them all. */
const GATHER_MS = 150;
/** With more changed orders than that, the list is read anew as a whole. */
const MOST_SINGLE_READS = 12;
const RETRY_MS = 2_000;
const FIGURES_AGAIN_MS = 3_000;

export interface ListState {
  readonly orders: readonly Order[];
  readonly nextCursor: string | null;
  readonly filters: Filters;
  readonly isLoading: boolean;
  readonly problem?: Problem | undefined;
  /** Orders that have changed before the eyes of whoever looks. */
  readonly changed: ReadonlySet<string>;
  readonly recent: readonly Order[];
  readonly service: ServiceFigures;
}

/** The list of orders, kept as it is in the service. */
export class ListStore extends Store<ListState> {
  readonly #waiting = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #figuresTimer: ReturnType<typeof setTimeout> | undefined;
  #loads = 0;

  constructor(
    private readonly api: Api,
    private readonly seesService: boolean,
  ) {
    super({
      orders: [],
      nextCursor: null,
      filters: NO_FILTERS,
      isLoading: true,
      changed: new Set(),
      recent: [],
      service: {},
    });
  }

  async filter(filters: Filters): Promise<void> {
    this.change({ filters });
    await this.load();
  }

  /** Reads the list anew, from its beginning. */
  async load(): Promise<void> {
    this.#loads += 1;
    const load = this.#loads;
    this.#waiting.clear();
    this.change({ isLoading: true });
    const result = await this.#page().catch(problemIn);
    // A later one has begun meanwhile.
    if (load !== this.#loads) return;
    if ('items' in result) {
      this.change({ orders: result.items, nextCursor: result.nextCursor, isLoading: false, problem: undefined });
    } else {
      this.change({ isLoading: false, problem: result });
      if (isPassing(result)) this.#schedule(RETRY_MS, () => this.load());
    }
    if (this.#waiting.size > 0 && this.#timer === undefined) this.#schedule(GATHER_MS, () => this.#readChanged());
    this.#refreshFigures();
  }

  async more(): Promise<void> {
    const { nextCursor, orders } = this.state;
    if (nextCursor === null) return;
    const load = this.#loads;
    const result = await this.#page(nextCursor).catch(problemIn);
    if (load !== this.#loads) return;
    if (!('items' in result)) return this.change({ problem: result });
    const listed = new Set(orders.map((order) => order.id));
    const added = result.items.filter((order) => !listed.has(order.id));
    this.change({ orders: [...this.state.orders, ...added], nextCursor: result.nextCursor, problem: undefined });
  }

  /** Something has happened to an order. */
  touch(orderId: string): void {
    this.#waiting.add(orderId);
    // What changes while the list is read is looked at after it: the list may be older.
    if (this.#timer === undefined && !this.state.isLoading) this.#schedule(GATHER_MS, () => this.#readChanged());
  }

  /** Puts an order where it belongs, or out of the list. */
  put(order: Order): void {
    const { orders, filters } = this.state;
    const listed = orders.find((each) => each.id === order.id);
    if (listed && listed.version > order.version) return;
    const others = orders.filter((each) => each.id !== order.id);
    const belongs = fits(order, filters, Date.now(), listed !== undefined) && this.#isWithinReach(order, listed);
    const all = belongs ? [...others, order].sort(newestFirst) : others;
    const changed = new Set(this.state.changed);
    if (listed?.version !== order.version) changed.add(order.id);
    this.change({ orders: all, changed });
  }

  async refreshService(): Promise<void> {
    if (!this.seesService) return;
    // Whether figures of the process may be seen is not for this page to say: without them it does as well.
    const service = await this.api.text('/metrics').then(serviceFiguresOf, () => ({}));
    this.change({ service });
  }

  stop(): void {
    this.#loads += 1;
    clearTimeout(this.#timer);
    clearTimeout(this.#figuresTimer);
  }

  /** What lies behind the last page that was read is not shown before that page is. */
  #isWithinReach(order: Order, listed: Order | undefined): boolean {
    const last = this.state.orders.at(-1);
    return listed !== undefined || this.state.nextCursor === null || !last || newestFirst(order, last) < 0;
  }

  async #page(cursor?: string): Promise<Page<Order>> {
    const query = queryOf(this.state.filters, Date.now());
    query.set('limit', String(PAGE_SIZE));
    if (cursor !== undefined) query.set('cursor', cursor);
    return this.api.get<Page<Order>>(`/orders?${query}`);
  }

  async #readChanged(): Promise<void> {
    if (this.#waiting.size > MOST_SINGLE_READS) return this.load();
    const ids = [...this.#waiting];
    this.#waiting.clear();
    await Promise.all(ids.map(async (id) => this.#read(id)));
    this.#refreshFigures();
  }

  async #read(id: string): Promise<void> {
    try {
      this.put(await this.api.get<Order>(`/orders/${id}`));
    } catch (error) {
      const problem = problemIn(error);
      if (problem.status === 404) return this.change({ orders: this.state.orders.filter((order) => order.id !== id) });
      if (!isPassing(problem)) return;
      this.#waiting.add(id);
      if (this.#timer === undefined) this.#schedule(RETRY_MS, () => this.#readChanged());
    }
  }

  #schedule(ms: number, work: () => Promise<void>): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void work();
    }, ms);
  }

  /** Looks at the last hour now, or soon where it has only just looked. */
  #refreshFigures(): void {
    if (this.#figuresTimer !== undefined) return;
    void this.#readRecent();
    this.#figuresTimer = setTimeout(() => {
      this.#figuresTimer = undefined;
      void this.#readRecent();
    }, FIGURES_AGAIN_MS);
  }

  async #readRecent(): Promise<void> {
    const query = new URLSearchParams({
      from: new Date(Date.now() - RECENT_MS).toISOString(),
      limit: String(MOST_RECENT),
    });
    const page = await this.api.get<Page<Order>>(`/orders?${query}`).catch(() => undefined);
    if (page) this.change({ recent: page.items });
  }
}

function newestFirst(one: Order, other: Order): number {
  if (one.placedAt !== other.placedAt) return one.placedAt < other.placedAt ? 1 : -1;
  return one.id < other.id ? 1 : -1;
}
