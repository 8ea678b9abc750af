import { Inject, Injectable } from '@nestjs/common';
import { ProblemError } from '@marketplace/contracts';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Config } from '../config/config.js';
import type { LimitClass } from './policy.js';

const WINDOW_SECONDS = 60;

/**
 * How often callers may ask within a minute, counted in this process: each replica allows its part, so that no request costs a write. Counts
 * are forgotten with the process.
 */
@Injectable()
export class RateLimits {
  readonly #limiters: Readonly<Record<LimitClass, RateLimiterMemory | undefined>>;
  readonly #failures: RateLimiterMemory | undefined;
  readonly #refused = new Map<string, number>();

  constructor(@Inject(Config) config: Config) {
    const limiter = (limit: number): RateLimiterMemory | undefined => {
      const points = Math.ceil(limit / config.SERVICE_REPLICAS);
      return points === 0 ? undefined : new RateLimiterMemory({ points, duration: WINDOW_SECONDS });
    };
    this.#limiters = {
      reads: limiter(config.RATE_LIMIT_READS),
      changes: limiter(config.RATE_LIMIT_CHANGES),
      creations: limiter(config.RATE_LIMIT_CREATIONS),
    };
    this.#failures = limiter(config.RATE_LIMIT_FAILED_AUTHENTICATIONS);
  }

  /** Requests that this process has refused, by class. */
  get refused(): ReadonlyMap<string, number> {
    return this.#refused;
  }

  /** Counts a request of the caller. @throws ProblemError `rate_limited` */
  async count(kind: LimitClass, caller: string): Promise<void> {
    try {
      await this.#limiters[kind]?.consume(caller);
    } catch (error) {
      throw this.#refusal(kind, `too many ${kind} in a minute`, error);
    }
  }

  /** @throws ProblemError `rate_limited` while so many tokens from the address were not valid that none is looked at */
  async requireFewFailures(address: string): Promise<void> {
    const state = await this.#failures?.get(address);
    if (!state || state.remainingPoints > 0) return;
    throw this.#refusal('failed_authentications', 'too many tokens from this address were not valid', state);
  }

  async countFailure(address: string): Promise<void> {
    await this.#failures?.penalty(address);
  }

  #refusal(kind: string, detail: string, state: unknown): unknown {
    if (!(state instanceof RateLimiterRes)) return state;
    this.#refused.set(kind, (this.#refused.get(kind) ?? 0) + 1);
    const retryAfterSeconds = Math.max(1, Math.ceil(state.msBeforeNext / 1_000));
    return new ProblemError('rate_limited', detail, { retryAfterSeconds });
  }
}
