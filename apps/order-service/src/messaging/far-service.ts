import {
  BrokenCircuitError,
  bulkhead,
  BulkheadRejectedError,
  circuitBreaker,
  CircuitState,
  CountBreaker,
  ExponentialBackoff,
  handleWhen,
} from 'cockatiel';
import { log } from '../common/logger.js';
import { ServiceBusyError, ServiceRefusedError, ServiceUnavailableError } from './service-errors.js';

/** The circuit opens when more than this share of the last calls failed. Lost replies come in larger numbers than one would think. */
const FAILURE_SHARE = 0.6;
const CALLS_LOOKED_AT = 20;
const FEWEST_CALLS = 10;
const FIRST_PAUSE_MS = 500;

export interface FarServiceLimits {
  /** Calls under way at once. */
  readonly concurrency: number;
  /** Calls that may wait for one of those to end. */
  readonly queueLength: number;
  /** After this long at the latest an open circuit lets one call through, to see. */
  readonly longestPauseMs: number;
}

/**
 * One of the services asked over NATS, as this process sees it. No more is asked of it at once than it was agreed, and
 * while it does not answer nobody waits for it: one that hangs must not take the callers of the others with it.
 */
export class FarService {
  readonly #slots;
  readonly #circuit;

  constructor(
    readonly name: string,
    private readonly limits: FarServiceLimits,
  ) {
    this.#slots = bulkhead(limits.concurrency, limits.queueLength);
    this.#circuit = circuitBreaker(handleWhen(isOutage), {
      breaker: new CountBreaker({
        threshold: FAILURE_SHARE,
        size: CALLS_LOOKED_AT,
        minimumNumberOfCalls: FEWEST_CALLS,
      }),
      halfOpenAfter: new ExponentialBackoff({ initialDelay: FIRST_PAUSE_MS, maxDelay: limits.longestPauseMs }),
    });
    this.#circuit.onBreak(() => log.error({ farService: name }, 'a far service does not answer; it is left alone'));
    this.#circuit.onReset(() => log.info({ farService: name }, 'a far service answers again'));
  }

  /** @throws ServiceBusyError when too much is asked of it already, ServiceUnavailableError while its circuit is open */
  async ask<Reply>(subject: string, call: () => Promise<Reply>): Promise<Reply> {
    try {
      return await this.#slots.execute(async () => {
        // The one call that tries a recovering service may take its whole deadline, and others would wait for it.
        if (this.#circuit.state === CircuitState.HalfOpen) throw leftAlone(subject);
        return this.#circuit.execute(call);
      });
    } catch (error) {
      if (error instanceof BrokenCircuitError) throw leftAlone(subject);
      if (error instanceof BulkheadRejectedError) throw new ServiceBusyError(`${subject}: too many calls wait`);
      throw error;
    }
  }

  get isLeftAlone(): boolean {
    return this.#circuit.state !== CircuitState.Closed;
  }

  get callsUnderWay(): number {
    return this.limits.concurrency - this.#slots.executionSlots;
  }

  get callsWaiting(): number {
    return this.limits.queueLength - this.#slots.queueSlots;
  }
}

/** A refusal is an answer: the service is there. Of a call that was not even made nothing can be learnt. */
function isOutage(error: Error): boolean {
  if (error instanceof ServiceRefusedError || error instanceof ServiceBusyError) return false;
  return error instanceof ServiceUnavailableError;
}

function leftAlone(subject: string): ServiceUnavailableError {
  return new ServiceUnavailableError(`${subject}: the service has not answered lately and is not asked`);
}
