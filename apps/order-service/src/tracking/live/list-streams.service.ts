import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Request, Response } from 'express';
import { log } from '../../common/logger.js';
import type { EventStream } from './event-stream.js';
import { EventStreams } from './event-streams.js';
import type { FeedEvent } from './feed-event.js';
import { lastSequenceOf } from './last-event-id.js';
import { listEventText, type Audience } from './list-view.js';
import { ListViewer } from './list-viewer.js';
import { OrderFeed } from './order-feed.js';
import { StreamReplay } from './stream-replay.js';

const RETRY_MS = 1_000;

/** Somebody wants to watch the orders of a customer, of a vendor, or of everybody. */
export interface ListStreamRequest {
  readonly audience: Audience;
  readonly caller: string;
  readonly expiresAt?: Date | undefined;
  readonly lastEventId?: string | undefined;
}

/**
 * Live streams of many orders, in the order of the stream that holds them all. Who comes back is given what the stream holds after the
 * last event seen, or told to begin anew.
 */
@Injectable()
export class ListStreams implements OnModuleInit {
  readonly #viewers = new Map<string, Set<ListViewer>>();

  constructor(
    @Inject(EventStreams) private readonly streams: EventStreams,
    @Inject(OrderFeed) private readonly feed: OrderFeed,
    @Inject(StreamReplay) private readonly replay: StreamReplay,
  ) {}

  onModuleInit(): void {
    this.feed.onEvent((event) => this.#publish(event));
    this.feed.whenLive((hasGap) => this.#resume(hasGap));
  }

  /** @throws ProblemError `validation_failed`, `rate_limited`, `overloaded` or `draining`, before anything is written */
  async open(wanted: ListStreamRequest, request: Request, response: Response): Promise<void> {
    const { audience, caller, expiresAt } = wanted;
    const after = lastSequenceOf(wanted.lastEventId);
    const viewer = { kind: audience.kind, caller, expiresAt };
    const stream = await this.streams.open(viewer, request, response, async () => undefined);
    if (stream) this.#add(stream, audience, after);
  }

  #add(stream: EventStream, audience: Audience, after: number | undefined): void {
    const viewer = new ListViewer(stream, audience, after);
    stream.announcePosition(() => viewer.positionAt(this.feed.position));
    const key = keyOf(audience);
    const viewers = this.#viewers.get(key) ?? new Set();
    this.#viewers.set(key, viewers.add(viewer));
    stream.whenEnded(() => {
      viewers.delete(viewer);
      if (viewers.size === 0 && this.#viewers.get(key) === viewers) this.#viewers.delete(key);
    });
    this.#start(viewer);
  }

  /**
   * Waits for the feed where it is not live: only then is it known what is new.
   *
   * @param complete everything up to this place has been looked at; another replica's feed may have been ahead of this one
   */
  #start(viewer: ListViewer, complete = 0): void {
    const { position } = this.feed;
    if (!this.feed.isLive || position === undefined || viewer.stream.hasEnded) return;
    const { after = position } = viewer;
    if (after === position || complete >= position) return viewer.goLive(after);
    void this.#goBack(viewer, after, position);
  }

  async #goBack(viewer: ListViewer, after: number, until: number): Promise<void> {
    if (viewer.isGoingBack) return;
    viewer.isGoingBack = true;
    try {
      const found = await this.replay.read(after, until, async (events) => viewer.giveMissed(events));
      viewer.isGoingBack = false;
      if (found === 'stopped' || viewer.isLive) return;
      if (found === 'out-of-reach') return viewer.startAnew(this.feed.position ?? until);
      viewer.after = Math.max(until, after);
      // What has come meanwhile is read as well, until in one and the same step nothing is missing and the viewer is live.
      this.#start(viewer, viewer.after);
    } catch (error) {
      viewer.isGoingBack = false;
      log.warn({ reason: String(error) }, 'missed events were not read; still trying');
      setTimeout(() => this.#start(viewer), RETRY_MS).unref();
    }
  }

  #publish(event: FeedEvent): void {
    const { customerId, vendorIds } = event.event.data;
    const audiences: Audience[] = [{ kind: 'everything' }];
    if (customerId !== undefined) audiences.push({ kind: 'customer', id: customerId });
    for (const id of new Set(vendorIds)) audiences.push({ kind: 'vendor', id });
    for (const audience of audiences) {
      const viewers = this.#viewers.get(keyOf(audience));
      if (!viewers) continue;
      const text = listEventText(event, audience);
      for (const viewer of viewers) viewer.give(event.streamSequence, text);
    }
  }

  #resume(hasGap: boolean): void {
    const position = this.feed.position ?? 0;
    for (const viewer of [...this.#viewers.values()].flatMap((viewers) => [...viewers])) {
      if (hasGap) viewer.startAnew(position);
      else if (!viewer.isLive) this.#start(viewer);
    }
  }
}

function keyOf(audience: Audience): string {
  return audience.kind === 'everything' ? audience.kind : `${audience.kind} ${audience.id}`;
}
