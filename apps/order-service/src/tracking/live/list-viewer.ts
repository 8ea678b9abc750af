import type { EventStream } from './event-stream.js';
import type { FeedEvent } from './feed-event.js';
import { concerns, listEventText, type Audience } from './list-view.js';
import { eventText } from './sse.js';

/** A reader that takes nothing for so long is sent away. */
const ROOM_TIMEOUT_MS = 10_000;

/** One who watches many orders: is given what it has missed first, and from then on each event as it comes. */
export class ListViewer {
  isLive = false;
  isGoingBack = false;

  constructor(
    readonly stream: EventStream,
    private readonly audience: Audience,
    /** The last place in the stream of all orders that the reader knows; undefined before it knows any. */
    public after: number | undefined,
  ) {}

  /** How far the reader has got: a live one has been given everything that was for it. */
  positionAt(feedPosition: number | undefined): number | undefined {
    return this.isLive ? Math.max(feedPosition ?? 0, this.after ?? 0) : this.after;
  }

  /** @returns whether the stream still goes on */
  async giveMissed(events: readonly FeedEvent[]): Promise<boolean> {
    // It may have had to begin anew meanwhile.
    if (this.isLive) return false;
    return this.stream.sendAll(this.#missed(events), ROOM_TIMEOUT_MS);
  }

  /** From here on the reader is given what comes. */
  goLive(position: number): void {
    this.isLive = true;
    this.after = position;
    this.stream.send(eventText({ id: position, event: 'ready', data: {} }));
  }

  /** There is a gap: the reader has to fetch anew what it shows. */
  startAnew(position: number): void {
    this.stream.send(eventText({ id: position, event: 'reset', data: { reason: 'missed' } }));
    this.goLive(position);
  }

  give(streamSequence: number, text: string): void {
    if (!this.isLive || streamSequence <= (this.after ?? 0)) return;
    this.after = streamSequence;
    this.stream.send(text);
  }

  *#missed(events: readonly FeedEvent[]): Generator<string> {
    for (const event of events) {
      this.after = event.streamSequence;
      if (concerns(event, this.audience)) yield listEventText(event, this.audience);
    }
  }
}
