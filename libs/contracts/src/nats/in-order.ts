/** Runs tasks of the same key one after another, and tasks of different keys side by side. Tasks do not throw. */
export class InOrder {
  readonly #tails = new Map<string, Promise<void>>();

  run(key: string, task: () => Promise<void>): void {
    const before = this.#tails.get(key) ?? Promise.resolve();
    const tail = before.then(task).finally(() => {
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
    });
    this.#tails.set(key, tail);
  }

  /** Resolves when all tasks so far are done. */
  async done(): Promise<void> {
    await Promise.all(this.#tails.values());
  }
}
