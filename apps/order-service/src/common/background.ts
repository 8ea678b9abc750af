import { Injectable } from '@nestjs/common';
import { within } from './deadline.js';
import { log } from './logger.js';

/** Work that no request waits for. Its failures are logged, and a stopping process waits for it. */
@Injectable()
export class Background {
  readonly #running = new Set<Promise<void>>();

  run(what: string, task: () => Promise<unknown>): void {
    const running = task()
      .then(() => undefined)
      .catch((error: unknown) => log.error({ err: error }, `${what} failed`))
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Counts a request under way whose end nobody else waits for; the answer tells that it has ended. */
  begin(): () => void {
    let end!: () => void;
    const running = new Promise<void>((resolve) => {
      end = resolve;
    }).finally(() => this.#running.delete(running));
    this.#running.add(running);
    return end;
  }

  get size(): number {
    return this.#running.size;
  }

  /** Resolves when nothing is running any more, or when the time is over. */
  async finished(timeoutMs: number): Promise<void> {
    const until = Date.now() + timeoutMs;
    while (this.#running.size > 0 && Date.now() < until) {
      await within(until - Date.now(), Promise.all(this.#running));
    }
    if (this.#running.size > 0)
      log.warn({ tasks: this.#running.size }, 'stopping with work under way; it will be recovered');
  }
}
