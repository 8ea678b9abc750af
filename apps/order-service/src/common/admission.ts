import { Inject, Injectable } from '@nestjs/common';
import { ProblemError } from '@marketplace/contracts';
import type { NextFunction, Request, Response } from 'express';
import { Config } from '../config/config.js';
import { Drain } from './drain.js';

/** Probes and figures are wanted most when there is too much to do. */
export const ALWAYS_ADMITTED = /^\/(?:health\/|metrics$)/u;

/**
 * Bounds the requests under way in this process, over HTTP and NATS together: one more than it can serve in time is better
 * refused at once than made to wait with all the others.
 */
@Injectable()
export class Admission {
  #underWay = 0;
  readonly #entered = new WeakMap<Response, () => void>();

  constructor(
    @Inject(Drain) private readonly drain: Drain,
    @Inject(Config) private readonly config: Config,
  ) {}

  /**
   * @returns what is to be called when the request has ended
   * @throws ProblemError `overloaded`
   */
  enter(): () => void {
    if (this.#underWay >= this.config.MOST_REQUESTS_UNDER_WAY) {
      throw new ProblemError('overloaded', 'too many requests are under way; try again');
    }
    this.#underWay += 1;
    return () => {
      this.#underWay -= 1;
    };
  }

  get requestsUnderWay(): number {
    return this.#underWay;
  }

  /** Comes before the body is read: a request that is refused costs next to nothing. */
  readonly middleware = (request: Request, response: Response, next: NextFunction): void => {
    // Whoever keeps its connection comes back to another replica.
    if (this.drain.hasBegun) response.setHeader('Connection', 'close');
    if (ALWAYS_ADMITTED.test(request.path)) return next();
    try {
      this.#entered.set(response, this.enter());
      response.once('close', () => this.leave(response));
    } catch (error) {
      return next(error);
    }
    next();
  };

  /** No longer counts a request as one under way, as its reply is a stream that lasts. */
  leave(response: Response): void {
    this.#entered.get(response)?.();
    this.#entered.delete(response);
  }
}
