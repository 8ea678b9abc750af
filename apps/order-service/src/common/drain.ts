import { Injectable } from '@nestjs/common';

/** Whether the process is about to stop: no traffic is wanted, and no background work is begun any more. */
@Injectable()
export class Drain {
  #begun = false;
  readonly #listeners: (() => void)[] = [];

  begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    for (const listener of this.#listeners) listener();
  }

  /** For what would otherwise go on as long as anybody wants it to. */
  whenBegun(listener: () => void): void {
    this.#listeners.push(listener);
  }

  get hasBegun(): boolean {
    return this.#begun;
  }
}
