type Read<Value> = (key: string) => Promise<Value>;

interface Waiting<Value> {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value | PromiseLike<Value>) => void;
}

/**
 * Reads by key, a bounded number at a time. Whoever asks is given a read that begins after that, so that it shows what had been written by
 * then; all who ask while it waits for its turn share it.
 */
export class SharedReads<Value> {
  readonly #waiting = new Map<string, Waiting<Value>>();
  readonly #running = new Set<string>();

  constructor(
    private readonly read: Read<Value>,
    private readonly most: number,
  ) {}

  /** Keys whose reads wait for their turn. */
  get waiting(): number {
    return this.#waiting.size;
  }

  async fresh(key: string): Promise<Value> {
    const waiting = this.#waiting.get(key);
    if (waiting) return waiting.promise;
    let resolve!: Waiting<Value>['resolve'];
    const promise = new Promise<Value>((fulfil) => {
      resolve = fulfil;
    });
    this.#waiting.set(key, { promise, resolve });
    this.#begin();
    return promise;
  }

  /** One key is read by one at a time: of two answers the later one would have to be known. */
  #begin(): void {
    for (const [key, { resolve }] of this.#waiting) {
      if (this.#running.size >= this.most) return;
      if (this.#running.has(key)) continue;
      this.#waiting.delete(key);
      this.#running.add(key);
      resolve(
        this.read(key).finally(() => {
          this.#running.delete(key);
          this.#begin();
        }),
      );
    }
  }
}
