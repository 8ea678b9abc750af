import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { ProblemError } from '@marketplace/contracts';
import type { Request, Response } from 'express';
import { Admission } from '../../common/admission.js';
import { Drain } from '../../common/drain.js';
import { Config } from '../../config/config.js';
import { EventStream, STREAM_ENDS, type StreamEnd } from './event-stream.js';

export const VIEWER_KINDS = ['order', 'link', 'customer', 'vendor', 'everything'] as const;
export type ViewerKind = (typeof VIEWER_KINDS)[number];

const TICK_MS = 1_000;
const RETRY_AFTER_SECONDS = 5;

export interface Viewer {
  readonly kind: ViewerKind;
  /** Names the caller whose streams are counted together. */
  readonly caller: string;
  /** The stream ends then, as the token that it was opened with. */
  readonly expiresAt?: Date | undefined;
}

/** All open streams of this process: bounded, kept alive, and ended before the process is. */
@Injectable()
export class EventStreams implements OnModuleInit, OnApplicationShutdown {
  readonly #open = new Set<EventStream>();
  readonly #byKind = new Map<ViewerKind, number>(VIEWER_KINDS.map((kind) => [kind, 0]));
  readonly #byCaller = new Map<string, number>();
  readonly #ends = new Map<StreamEnd, number>(STREAM_ENDS.map((reason) => [reason, 0]));
  #places = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(Config) private readonly config: Config,
    @Inject(Admission) private readonly admission: Admission,
    @Inject(Drain) private readonly drain: Drain,
  ) {}

  onModuleInit(): void {
    this.#timer = setInterval(() => this.#tick(), TICK_MS).unref();
    this.drain.whenBegun(() => this.endAll());
  }

  onApplicationShutdown(): void {
    clearInterval(this.#timer);
    this.endAll();
  }

  /** Tells every reader to come back, to another process. */
  endAll(): void {
    for (const stream of this.#open) stream.end('draining');
  }

  /** Open streams by what they show. */
  get viewers(): ReadonlyMap<ViewerKind, number> {
    return this.#byKind;
  }

  /** Streams that have ended, by the reason. */
  get ends(): ReadonlyMap<StreamEnd, number> {
    return this.#ends;
  }

  /**
   * Begins a stream, if there is room for it and the caller may have it.
   *
   * @param allow finds out whether the caller may; what it throws is answered as a problem
   * @returns undefined when nothing is to be written: the caller asked for the headers alone, or has left
   * @throws ProblemError `rate_limited`, `overloaded`, `draining`
   */
  async open(
    viewer: Viewer,
    request: Request,
    response: Response,
    allow: () => Promise<void>,
  ): Promise<EventStream | undefined> {
    const leave = this.#enter(viewer);
    try {
      await allow();
    } catch (error) {
      leave();
      throw error;
    }
    if (request.method === 'HEAD' || response.destroyed || this.drain.hasBegun) {
      leave();
      if (this.drain.hasBegun) throw draining();
      if (!response.destroyed) startOf(response).end();
      return undefined;
    }
    return this.#begin(viewer, response, leave);
  }

  #begin(viewer: Viewer, response: Response, leave: () => void): EventStream {
    // It lasts for hours and costs next to nothing meanwhile: it is no request under way.
    this.admission.leave(response);
    startOf(response).flushHeaders();
    response.socket?.setNoDelay(true);
    const stream = new EventStream(response, {
      mostBufferedBytes: this.config.LIVE_BUFFER_BYTES,
      heartbeatMs: this.config.LIVE_HEARTBEAT_MS,
      expiresAt: viewer.expiresAt,
    });
    this.#open.add(stream);
    stream.whenEnded((reason) => {
      this.#open.delete(stream);
      this.#ends.set(reason, (this.#ends.get(reason) ?? 0) + 1);
      leave();
    });
    return stream;
  }

  #enter({ kind, caller }: Viewer): () => void {
    if (this.drain.hasBegun) throw draining();
    const retry = { retryAfterSeconds: RETRY_AFTER_SECONDS };
    const ofCaller = this.#byCaller.get(caller) ?? 0;
    if (ofCaller >= this.config.LIVE_STREAMS_PER_CALLER) {
      throw new ProblemError('rate_limited', 'the caller has too many streams open; close one', retry);
    }
    if (this.#places >= this.config.LIVE_STREAMS_PER_REPLICA) {
      throw new ProblemError('overloaded', 'too many streams are open; try again', retry);
    }
    this.#places += 1;
    this.#byCaller.set(caller, ofCaller + 1);
    this.#byKind.set(kind, (this.#byKind.get(kind) ?? 0) + 1);
    return () => this.#leave(kind, caller);
  }

  #leave(kind: ViewerKind, caller: string): void {
    this.#places -= 1;
    this.#byKind.set(kind, (this.#byKind.get(kind) ?? 1) - 1);
    const left = (this.#byCaller.get(caller) ?? 1) - 1;
    if (left > 0) this.#byCaller.set(caller, left);
    else this.#byCaller.delete(caller);
  }

  #tick(): void {
    const now = Date.now();
    for (const stream of this.#open) stream.tick(now);
  }
}

function startOf(response: Response): Response {
  // Not by Express, which would add a charset: a stream is UTF-8 in any case.
  response.setHeader('Content-Type', 'text/event-stream');
  response.setHeader('Cache-Control', 'no-store, no-transform');
  response.setHeader('Vary', 'Authorization');
  // Proxies that gather replies before they hand them on would hold events back.
  response.setHeader('X-Accel-Buffering', 'no');
  return response.status(200);
}

function draining(): ProblemError {
  return new ProblemError('draining', 'the process is stopping; come back to another one');
}
