/** What is pushed comes out of the iteration, until it is stopped. */
export class Pushed<Item> implements AsyncIterable<Item> {
  readonly #items: Item[] = [];
  #wake: (() => void) | undefined;
  #isStopped = false;

  push(item: Item): void {
    this.#items.push(item);
    this.#wake?.();
  }

  stop(): void {
    this.#isStopped = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Item> {
    while (!this.#isStopped) {
      const item = this.#items.shift();
      if (item !== undefined) {
        yield item;
        continue;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
