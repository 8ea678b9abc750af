import type { Response } from 'express';
import { eventText, heartbeatText, retryText } from './sse.js';

/** Why a stream has ended. */
export const STREAM_ENDS = ['left', 'slow', 'draining', 'failed', 'expired', 'revoked'] as const;
export type StreamEnd = (typeof STREAM_ENDS)[number];

/** Ends after which the reader is welcome back at once, with what it has seen last. */
const COMES_BACK: ReadonlySet<StreamEnd> = new Set(['slow', 'draining', 'failed']);
/** What a reader does not take by then is not waited for. */
const LAST_WORDS_MS = 1_000;
/** Readers that are sent away together come back one after another. */
const SOONEST_RETRY_MS = 500;
const LATEST_RETRY_MS = 2_500;

export interface EventStreamOptions {
  /** What the reader has not taken may be as much; one that is further behind is sent away. */
  readonly mostBufferedBytes: number;
  readonly heartbeatMs: number;
  readonly expiresAt?: Date | undefined;
}

/**
 * Writes events to one reader. A reader that is slow is told to come back and cut off: it costs a bounded buffer, and the others
 * nothing.
 */
export class EventStream {
  #reason: StreamEnd | undefined;
  #quietSince = Date.now();
  #position: (() => number | undefined) | undefined;
  readonly #whenRoom = new Set<() => void>();
  readonly #whenEnded: ((reason: StreamEnd) => void)[] = [];

  constructor(
    private readonly response: Response,
    private readonly options: EventStreamOptions,
  ) {
    response.on('drain', () => this.#wake());
    response.on('close', () => this.#end('left'));
    // What is written to a connection that is gone is lost, and the reader comes back for it.
    response.on('error', () => this.#end('left'));
    response.write(retryText(SOONEST_RETRY_MS + Math.floor(Math.random() * (LATEST_RETRY_MS - SOONEST_RETRY_MS))));
  }

  get hasEnded(): boolean {
    return this.#reason !== undefined;
  }

  /** Calls back when the stream ends, or at once when it has. */
  whenEnded(listener: (reason: StreamEnd) => void): void {
    if (this.#reason === undefined) this.#whenEnded.push(listener);
    else listener(this.#reason);
  }

  /** Heartbeats carry this id from now on, so that a quiet reader does not fall behind. */
  announcePosition(position: () => number | undefined): void {
    this.#position = position;
  }

  /** Writes at once; ends the stream when the reader has left too much untaken. */
  send(text: string): void {
    if (this.hasEnded) return;
    this.#quietSince = Date.now();
    this.response.write(text);
    if (this.#untaken() > this.options.mostBufferedBytes) this.end('slow');
  }

  /**
   * Writes as fast as the reader takes it: what was before is often more than the buffer holds.
   *
   * @param timeoutMs the reader must have made room by then, each time that there is none
   * @returns whether the stream still goes on
   */
  async sendAll(texts: Iterable<string>, timeoutMs: number): Promise<boolean> {
    for (const text of texts) {
      this.send(text);
      // Half of the buffer is left to what comes meanwhile.
      if (!this.hasEnded && this.#untaken() > this.options.mostBufferedBytes / 2) await this.#room(timeoutMs);
      if (this.hasEnded) return false;
    }
    return !this.hasEnded;
  }

  /** Tells the reader why, and whether to come back, and ends the stream. */
  end(reason: Exclude<StreamEnd, 'left'>): void {
    if (!this.#end(reason)) return;
    this.response.end(eventText({ event: COMES_BACK.has(reason) ? 'reconnect' : 'end', data: { reason } }));
    const timer = setTimeout(() => this.response.destroy(), LAST_WORDS_MS).unref();
    this.response.once('close', () => clearTimeout(timer));
  }

  /** To be called about once a second: heartbeats and the end of the token's life. */
  tick(now: number): void {
    if (this.hasEnded) return;
    const { expiresAt, heartbeatMs } = this.options;
    if (expiresAt !== undefined && expiresAt.getTime() <= now) return this.end('expired');
    if (now - this.#quietSince >= heartbeatMs) this.send(heartbeatText(this.#position?.()));
  }

  #untaken(): number {
    return this.response.writableLength;
  }

  async #room(timeoutMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#whenRoom.add(resolve);
      timer = setTimeout(() => this.end('slow'), timeoutMs);
    });
    clearTimeout(timer);
  }

  #wake(): void {
    for (const resolve of this.#whenRoom) resolve();
    this.#whenRoom.clear();
  }

  /** @returns whether it had not ended before */
  #end(reason: StreamEnd): boolean {
    if (this.hasEnded) return false;
    this.#reason = reason;
    this.#wake();
    for (const listener of this.#whenEnded) listener(reason);
    return true;
  }
}
