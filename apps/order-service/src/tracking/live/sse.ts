/** One event of a `text/event-stream` as the HTML standard defines it. */
export interface ServerSentEvent {
  /** What the reader gives as `Last-Event-ID` when it comes back; left out where a stream cannot be resumed from here. */
  readonly id?: number;
  readonly event: string;
  readonly data: object;
}

/** JSON has no line breaks of its own, so that the data is always one line. */
export function eventText({ id, event, data }: ServerSentEvent): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Keeps proxies from taking a quiet connection for a dead one. With an id the reader resumes from there; it sees no event. */
export function heartbeatText(id?: number): string {
  return id === undefined ? ':\n\n' : `:\nid: ${id}\n\n`;
}

/** How long a reader should wait before it comes back, in milliseconds. */
export function retryText(retryMs: number): string {
  return `retry: ${retryMs}\n\n`;
}
