import { once } from 'node:events';
import { EventReader } from '../../../support/event-reader.js';
import { deliveriesTo, faultsOf } from '../../viewers/deliveries.js';
import { VIEWERS_AN_ORDER, type Job, type PlacedOrder } from '../job.js';
import { CheckoutWork } from './checkout.js';
import { Connections, type Call } from './connections.js';
import { timed, type NoteStep, type Work } from './work.js';

const DELIVERED_WITHIN_MS = 10_000;
/** An order that was changed more often is none that a shop has. */
const CHANGES_AN_ORDER = 200;

interface Watched {
  order: PlacedOrder;
  viewers: readonly EventReader[];
  /** Of the latest event that everybody has been given. */
  sequence: number;
  changes: number;
}

/**
 * Staff who holds an order and lets it go again, one event each, while its customer watches in several windows; done when each of them shows it.
 * What counts is each event that was delivered, from the instant that the service has given the change.
 */
export class TrackWork implements Work {
  readonly #connections: Connections;
  readonly #buyers: CheckoutWork;
  readonly #watched = new Map<number, Watched>();

  constructor(private readonly job: Job) {
    this.#connections = new Connections(job.baseUrl, job.concurrency);
    this.#buyers = new CheckoutWork(job, false);
  }

  async ready(client: number): Promise<void> {
    const watched = this.#watched.get(client);
    if (watched && watched.changes < CHANGES_AN_ORDER) return;
    this.#leave(client);
    this.#watched.set(client, await this.#watch(await this.#buyers.buy(client, () => undefined)));
  }

  async once(client: number, note: NoteStep): Promise<readonly number[]> {
    const watched = this.#watched.get(client);
    if (!watched) throw new Error('there is no order to watch');
    try {
      await timed(note, 'change', async () => this.#change(client, watched));
      const repliedAt = Date.now();
      watched.sequence += 1;
      await whenGiven(watched.viewers, watched.sequence);
      requireFaultless(watched);
      const latest = watched.viewers.flatMap((viewer) => deliveriesTo(viewer).slice(-1));
      for (const { at } of latest) note('after the reply', Math.max(0, at - repliedAt));
      return latest.map(({ at, madeAt }) => at - madeAt);
    } catch (error) {
      this.#leave(client);
      throw error;
    }
  }

  async close(): Promise<void> {
    for (const client of this.#watched.keys()) this.#leave(client);
    await this.#buyers.close();
    await this.#connections.close();
  }

  async #watch(order: PlacedOrder): Promise<Watched> {
    const url = `${this.job.baseUrl}/orders/${order.id}/events`;
    const headers = { authorization: `Bearer ${order.buyer.token}` };
    const opening = Array.from({ length: VIEWERS_AN_ORDER }, async () => EventReader.open(url, headers));
    const viewers = await Promise.all(opening);
    const refused = viewers.find(({ status }) => status !== 200);
    if (refused) throw new Error(`GET /orders/:id/events: ${refused.status}`);
    const confirmed = await Promise.all(viewers.map(async (viewer) => viewer.first('confirmed')));
    return { order, viewers, sequence: Number(confirmed[0]?.id), changes: 0 };
  }

  async #change(client: number, watched: Watched): Promise<void> {
    const path = `/orders/${watched.order.id}/hold`;
    const call: Pick<Call, 'method' | 'body'> =
      watched.changes % 2 === 0 ? { method: 'POST', body: { reason: 'a look at the address' } } : { method: 'DELETE' };
    watched.changes += 1;
    await this.#connections.text(client, { ...call, path, token: this.job.staffToken }, 200);
  }

  #leave(client: number): void {
    for (const viewer of this.#watched.get(client)?.viewers ?? []) viewer.close();
    this.#watched.delete(client);
  }
}

/** Waits until each has been given this event, or will not be. */
async function whenGiven(viewers: readonly EventReader[], sequence: number): Promise<void> {
  const signal = AbortSignal.timeout(DELIVERED_WITHIN_MS);
  const waiting = viewers.map(async (viewer) => {
    while (Number(viewer.lastEventId) < sequence) await once(viewer.response, 'data', { signal });
  });
  // What is missing after that is counted.
  await Promise.allSettled(waiting);
}

function requireFaultless({ viewers, sequence }: Watched): void {
  for (const viewer of viewers) {
    const { missed, doubled, outOfOrder } = faultsOf(deliveriesTo(viewer), sequence);
    if (missed > 0) throw new Error('a viewer missed an event');
    if (doubled > 0) throw new Error('a viewer was given an event twice');
    if (outOfOrder > 0) throw new Error('a viewer was given events out of order');
  }
}
