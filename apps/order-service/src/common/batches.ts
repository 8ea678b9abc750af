import { AsyncResource } from 'node:async_hooks';

/** How long a batch keeps the next one waiting at most: one that is slow, or hangs, must not hold up those that could be served by now. */
const PATIENCE_MS = 1;

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result | Promise<Result>) => void;
  readonly reject: (error: unknown) => void;
  readonly context: AsyncResource;
}

/**
 * Does in one go what many callers ask for at a time. What comes while a batch is under way is the next batch: the busier it is, the
 * larger the batches become, and whoever comes alone waits for nobody. Work of the callers never joins a batch that has begun, so what
 * it reads is no older than its call.
 */
export class Batches<Item, Result> {
  #waiting: Waiting<Item, Result>[] = [];
  #underWay: object | undefined;
  #isLooking = false;

  /**
   * @param most items of a batch
   * @param runAll answers each item in its place, and fails when it cannot tell what became of any of them. It runs in the context
   *   of the first caller.
   */
  constructor(
    private readonly most: number,
    private readonly runAll: (items: readonly Item[]) => Promise<readonly (Result | Promise<Result>)[]>,
  ) {}

  async add(item: Item): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject, context: new AsyncResource('Batches') });
      if (this.#isLooking || this.#underWay) return;
      this.#isLooking = true;
      // By then everybody has come whom the same packet from the network has set going.
      setImmediate(() => {
        this.#isLooking = false;
        if (!this.#underWay) this.#begin();
      });
    });
  }

  #begin(): void {
    const batch = this.#waiting.splice(0, this.most);
    const [first] = batch;
    if (!first) return;
    const turn = {};
    const end = (): void => {
      if (this.#underWay !== turn) return;
      this.#underWay = undefined;
      this.#begin();
    };
    this.#underWay = turn;
    const patience = setTimeout(end, PATIENCE_MS);
    void first.context.runInAsyncScope(async () => {
      await this.#run(batch);
      clearTimeout(patience);
      end();
    });
  }

  async #run(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.runAll(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, index) => resolve(results[index] as Result | Promise<Result>));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
