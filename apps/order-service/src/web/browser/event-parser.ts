/** One event of a `text/event-stream`. */
export interface StreamEvent {
  /** Its own id, or where it has none that of the last event before it that had one; empty where none had. */
  readonly id: string;
  /** `message` where the stream names none. */
  readonly type: string;
  readonly data: string;
}

const LINE_END = /\r\n|\n|\r/u;
const ONLY_DIGITS = /^\d+$/u;

/** Reads a stream of server-sent events as the HTML standard defines it, in whatever pieces it comes. */
export class EventParser {
  /** How long the server wants its reader to wait before it comes back; undefined where it has not said so. */
  retryMs: number | undefined;

  #rest = '';
  #isFirst = true;
  #type = '';
  #data: string[] = [];
  #id: string;

  /** @param lastEventId the id that the stream was resumed from */
  constructor(public lastEventId = '') {
    this.#id = lastEventId;
  }

  /** @returns the events that are complete with this piece */
  push(piece: string): StreamEvent[] {
    let text = this.#rest + piece;
    if (this.#isFirst && text !== '') {
      this.#isFirst = false;
      if (text.startsWith('\uFEFF')) text = text.slice(1);
    }
    const lines = text.split(LINE_END);
    this.#rest = lines.pop() ?? '';
    // A CR at the very end may be half of a CR LF: the line is left until it is known.
    if (this.#rest === '' && text.endsWith('\r')) this.#rest = `${lines.pop() ?? ''}\r`;
    return lines.flatMap((line) => this.#line(line) ?? []);
  }

  #line(line: string): StreamEvent | undefined {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    // A comment.
    if (colon === 0) return undefined;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'data') this.#data.push(value);
    else if (field === 'event') this.#type = value;
    else if (field === 'id' && !value.includes('\0')) this.#id = value;
    else if (field === 'retry' && ONLY_DIGITS.test(value)) this.retryMs = Number(value);
    return undefined;
  }

  #dispatch(): StreamEvent | undefined {
    this.lastEventId = this.#id;
    const [type, data] = [this.#type || 'message', this.#data];
    this.#type = '';
    this.#data = [];
    return data.length === 0 ? undefined : { id: this.lastEventId, type, data: data.join('\n') };
  }
}
