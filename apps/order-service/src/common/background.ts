import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { Config } from '../config/config.js';
import { within } from './deadline.js';
import { log } from './logger.js';

/** Work that nobody waits for: its failures are logged, and a stopping process waits for it within its bound. */
@Injectable()
export class Background implements BeforeApplicationShutdown {
  readonly #running = new Set<Promise<void>>();

  constructor(@Inject(Config) private readonly config: Config) {}

  run(what: string, task: () => Promise<unknown>): void {
    const running = task()
      .then(() => undefined)
      .catch((error: unknown) => log.error({ err: error }, `${what} failed`))
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  get size(): number {
    return this.#running.size;
  }

  async beforeApplicationShutdown(): Promise<void> {
    const finished = within(
      this.config.SHUTDOWN_TIMEOUT_MS,
      Promise.all(this.#running).then(() => true),
    );
    if (!(await finished))
      log.warn({ tasks: this.#running.size }, 'stopping with work under way; it will be recovered');
  }
}
