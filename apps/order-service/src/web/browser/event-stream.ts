import { EventParser, type StreamEvent } from './event-parser.js';

/** `refused`: the answer is final, and its status says why. `ended`: the server has said that there is nothing more to come. */
export type StreamState =
  | { readonly name: 'connecting' }
  | { readonly name: 'live' }
  | { readonly name: 'waiting'; readonly attempt: number }
  | { readonly name: 'refused'; readonly status: number }
  | { readonly name: 'ended'; readonly reason: string };

export interface EventStreamOptions {
  readonly url: string;
  /** Sent with every request, for example the Authorization header. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Where to resume from; a stream that was never read begins as its server sees fit. */
  readonly lastEventId?: string;
  readonly onEvent: (event: StreamEvent) => void;
  readonly onState?: (state: StreamState) => void;
}

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;
/** Servers send a heartbeat well within this time; a connection that is silent for longer is dead. */
const LONGEST_SILENCE_MS = 45_000;
/** The server has not refused the reader, only this attempt. */
const PASSING = new Set([408, 425, 429]);

/**
 * Follows a stream of server-sent events through outages: comes back by itself with the id of the last event seen, ever more slowly while
 * nothing answers. EventSource cannot send an Authorization header, hence `fetch`.
 */
export class EventStream {
  #lastEventId: string;
  #retryMs = FIRST_RETRY_MS;
  #failures = 0;
  #pause: Pause | undefined;
  #request: AbortController | undefined;
  #isClosed = false;

  constructor(private readonly options: EventStreamOptions) {
    this.#lastEventId = options.lastEventId ?? '';
  }

  /** Begins, and goes on until it is closed, refused or ended. */
  async run(): Promise<void> {
    while (!this.#isClosed) {
      const isFinal = await this.#connect();
      if (isFinal || this.#isClosed) return;
      this.#failures += 1;
      this.#tell({ name: 'waiting', attempt: this.#failures });
      this.#pause = new Pause(this.#nextWaitMs());
      await this.#pause.over;
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#request?.abort();
    this.#pause?.end();
  }

  /** Comes back at once instead of waiting on, for example because the network is there again. */
  wake(): void {
    this.#pause?.end();
  }

  /** @returns whether there is nothing to come back for */
  async #connect(): Promise<boolean> {
    this.#tell({ name: 'connecting' });
    const request = new AbortController();
    this.#request = request;
    const watchdog = new Watchdog(LONGEST_SILENCE_MS, () => request.abort());
    try {
      const response = await fetch(this.options.url, {
        headers: {
          accept: 'text/event-stream',
          ...this.options.headers,
          ...(this.#lastEventId === '' ? {} : { 'last-event-id': this.#lastEventId }),
        },
        cache: 'no-store',
        credentials: 'omit',
        signal: request.signal,
      });
      if (!response.ok || !response.body) return this.#isRefusal(response);
      return await this.#read(response.body, watchdog);
    } catch {
      // The network, or the watchdog: either way there is a next time.
      return false;
    } finally {
      watchdog.stop();
      request.abort();
    }
  }

  #isRefusal({ status, headers }: Response): boolean {
    if (status >= 400 && status < 500 && !PASSING.has(status)) {
      this.#tell({ name: 'refused', status });
      return true;
    }
    const seconds = Number(headers.get('retry-after'));
    if (seconds > 0) this.#retryMs = Math.min(seconds * 1_000, LONGEST_RETRY_MS);
    return false;
  }

  async #read(body: ReadableStream<Uint8Array>, watchdog: Watchdog): Promise<boolean> {
    const parser = new EventParser(this.#lastEventId);
    const decoder = new TextDecoder();
    const reader = body.getReader();
    this.#tell({ name: 'live' });
    for (;;) {
      const { done, value } = await reader.read();
      if (done || this.#isClosed) return this.#isClosed;
      watchdog.feed();
      for (const event of parser.push(decoder.decode(value, { stream: true }))) {
        this.#lastEventId = event.id;
        this.#failures = 0;
        if (event.type === 'end') {
          this.#tell({ name: 'ended', reason: reasonOf(event.data) });
          return true;
        }
        if (event.type !== 'reconnect') this.options.onEvent(event);
      }
      // Heartbeats move the id on without an event.
      if (parser.lastEventId !== this.#lastEventId) this.#failures = 0;
      this.#lastEventId = parser.lastEventId;
      if (parser.retryMs !== undefined) this.#retryMs = parser.retryMs;
    }
  }

  /** Doubles with every failure in a row; spread, so that the readers of a server that restarts do not come all at once. */
  #nextWaitMs(): number {
    const longest = Math.min(this.#retryMs * 2 ** (this.#failures - 1), LONGEST_RETRY_MS);
    return longest * (0.5 + Math.random() / 2);
  }

  #tell(state: StreamState): void {
    if (!this.#isClosed) this.options.onState?.(state);
  }
}

/** Calls back when it was not fed for so long. */
class Watchdog {
  #timer: ReturnType<typeof setTimeout>;

  constructor(
    private readonly timeoutMs: number,
    private readonly onSilence: () => void,
  ) {
    this.#timer = setTimeout(onSilence, timeoutMs);
  }

  feed(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.onSilence, this.timeoutMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

/** A wait that can be cut short. */
class Pause {
  readonly over: Promise<void>;
  #resolve: (() => void) | undefined;

  constructor(ms: number) {
    this.over = new Promise((resolve) => {
      this.#resolve = resolve;
      setTimeout(resolve, ms);
    });
  }

  end(): void {
    this.#resolve?.();
  }
}

function reasonOf(data: string): string {
  try {
    const { reason } = JSON.parse(data) as { reason?: unknown };
    return typeof reason === 'string' ? reason : '';
  } catch {
    return '';
  }
}
