import { log } from './logger.js';

export interface RepeatedJobOptions {
  /** For the log. */
  readonly name: string;
  readonly intervalMs: number;
  /** Does all that there is to do. */
  readonly round: () => Promise<void>;
}

/** Runs a background job again and again, each round after a pause. Whatever a round fails with, the next one comes. */
export class RepeatedJob {
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;
  #stopped = false;
  #isFailing = false;

  constructor(private readonly options: RepeatedJobOptions) {}

  start(): void {
    if (this.#stopped) return;
    // Replicas that start together drift apart, and seldom look for the same work at the same moment.
    const pauseMs = this.options.intervalMs * (0.75 + Math.random() / 2);
    this.#timer = setTimeout(() => {
      this.#round = this.#run().finally(() => this.start());
    }, pauseMs);
  }

  /** No further round begins. @returns the end of the one that is under way */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#round;
  }

  async #run(): Promise<void> {
    try {
      await this.options.round();
      this.#isFailing = false;
    } catch (error) {
      // Said once an outage, not once a second.
      if (!this.#isFailing) log.warn({ reason: String(error) }, `${this.options.name} failed; still trying`);
      this.#isFailing = true;
    }
  }
}
