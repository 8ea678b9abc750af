import { Inject, Injectable } from '@nestjs/common';
import { within } from './deadline.js';
import { Drain } from './drain.js';
import { log } from './logger.js';

/** Work that no request waits for. Its failures are logged, and a stopping process waits for it. */
@Injectable()
export class Background {
  /** With the resource that the work is about, if it is about one. */
  readonly #running = new Map<Promise<void>, string | undefined>();

  constructor(@Inject(Drain) private readonly drain: Drain) {}

  /** @param subject id of the resource that the work is about */
  run(what: string, task: () => Promise<unknown>, subject?: string): void {
    const running = task()
      .then(() => undefined)
      .catch((error: unknown) => this.#tell(what, error))
      .finally(() => this.#running.delete(running));
    this.#running.set(running, subject);
  }

  /** What a stop cuts off is taken up by others. */
  #tell(what: string, error: unknown): void {
    if (this.drain.hasBegun) log.warn({ reason: String(error) }, `${what} was cut off by the stop`);
    else log.error({ err: error }, `${what} failed`);
  }

  /** Counts a request under way whose end nobody else waits for; the answer tells that it has ended. */
  begin(): () => void {
    let end!: () => void;
    const running = new Promise<void>((resolve) => {
      end = resolve;
    }).finally(() => this.#running.delete(running));
    this.#running.set(running, undefined);
    return end;
  }

  /** What the running work is about. */
  subjects(): string[] {
    return [...this.#running.values()].filter((subject) => subject !== undefined);
  }

  get size(): number {
    return this.#running.size;
  }

  /** Resolves when nothing is running any more, or when the time is over. */
  async finished(timeoutMs: number): Promise<void> {
    const until = Date.now() + timeoutMs;
    while (this.#running.size > 0 && Date.now() < until) {
      await within(until - Date.now(), Promise.all(this.#running.keys()));
    }
    if (this.#running.size > 0)
      log.warn({ tasks: this.#running.size }, 'stopping with work under way; it will be recovered');
  }
}
