import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { waitUntil } from '@marketplace/local-stack';

/** A server-sent event as it came. */
export interface ReceivedEvent {
  id: string | undefined;
  event: string;
  data: Record<string, unknown>;
  /** Milliseconds since the epoch. */
  at: number;
}

/** Reads a stream of server-sent events as the HTML standard has it done, and keeps what came. */
export class EventReader {
  readonly events: ReceivedEvent[] = [];
  /** The id with which the reader would come back. */
  lastEventId: string | undefined;
  comments = 0;
  /** Set once the stream has ended, however that happened. */
  hasEnded = false;
  #rest = '';

  private constructor(
    private readonly sent: ClientRequest,
    readonly response: IncomingMessage,
  ) {
    response.setEncoding('utf8');
    response.on('data', (text: string) => this.#take(text));
    response.on('close', () => {
      this.hasEnded = true;
    });
    // A service that is killed breaks the connection.
    response.on('error', () => undefined);
  }

  static async open(url: string, headers: Record<string, string>): Promise<EventReader> {
    return new Promise((resolve, reject) => {
      const sent = request(url, { headers: { accept: 'text/event-stream', ...headers }, agent: false }, (response) =>
        resolve(new EventReader(sent, response)),
      );
      sent.on('error', reject);
      sent.end();
    });
  }

  get status(): number {
    return this.response.statusCode ?? 0;
  }

  /** What came when the reply was no stream. */
  async body(): Promise<Record<string, unknown>> {
    await this.ended();
    return JSON.parse(this.#rest) as Record<string, unknown>;
  }

  /** The events that carry an id, without those that tell of the stream itself. */
  get numbered(): ReceivedEvent[] {
    return this.events.filter(({ id, event }) => id !== undefined && event !== 'ready' && event !== 'reset');
  }

  get ids(): number[] {
    return this.numbered.map(({ id }) => Number(id));
  }

  of(event: string): ReceivedEvent[] {
    return this.events.filter((each) => each.event === event);
  }

  /** Waits until an event of that name has come, and gives the first. */
  async first(event: string): Promise<ReceivedEvent> {
    return waitUntil(`an event ${event} has come`, () => this.of(event)[0], { deadlineMs: 15_000, pollMs: 20 });
  }

  async ended(deadlineMs = 15_000): Promise<void> {
    await waitUntil('the stream has ended', () => this.hasEnded, { deadlineMs, pollMs: 20 });
  }

  /** Takes nothing more until {@link resume}: what the service sends stays on its way. */
  pause(): void {
    this.response.pause();
  }

  resume(): void {
    this.response.resume();
  }

  close(): void {
    this.sent.destroy();
  }

  #take(text: string): void {
    this.#rest += text;
    for (let end = this.#rest.indexOf('\n\n'); end >= 0; end = this.#rest.indexOf('\n\n')) {
      this.#dispatch(this.#rest.slice(0, end).split('\n'));
      this.#rest = this.#rest.slice(end + 2);
    }
  }

  #dispatch(lines: readonly string[]): void {
    const fields = new Map<string, string>();
    for (const line of lines) {
      if (line.startsWith(':')) this.comments += 1;
      const [, name, value] = /^(\w+): ?(.*)$/u.exec(line) ?? [];
      if (name !== undefined) fields.set(name, value ?? '');
    }
    const id = fields.get('id');
    if (id !== undefined) this.lastEventId = id;
    const data = fields.get('data');
    if (data === undefined) return;
    const parsed = JSON.parse(data) as Record<string, unknown>;
    this.events.push({ id, event: fields.get('event') ?? 'message', data: parsed, at: Date.now() });
  }
}
