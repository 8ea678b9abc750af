import type { Scope } from '../../auth/principal.js';
import { log } from '../../common/logger.js';
import { lastSequence, type Order } from '../../orders/domain/order.js';
import { entriesFor, isShownTo, type VisibleEntry } from '../../orders/order-reader.js';
import { seesOnlyVendor } from '../../orders/order.presenter.js';
import type { EventStream } from './event-stream.js';
import type { OrderView } from './order-view.js';
import type { OrderWatcher } from './order-watches.js';
import { eventText } from './sse.js';

/** A reader that takes nothing for so long is sent away. */
const ROOM_TIMEOUT_MS = 10_000;

/** One who watches an order: is given its state, and then every event after the last one seen, once and in sequence. */
export class OrderViewer implements OrderWatcher {
  #stream: EventStream | undefined;
  /** The last event that the reader was given. */
  #sequence: number;

  constructor(
    private readonly scope: Scope,
    private readonly view: OrderView,
    after: number | undefined,
    private readonly stillOpen: (order: Order) => boolean,
  ) {
    this.#sequence = after ?? 0;
  }

  get sequence(): number {
    return this.#sequence;
  }

  /** Whether the order may be shown, which can change while it is watched. */
  maySee(order: Order): boolean {
    return isShownTo(order, this.scope) && this.stillOpen(order);
  }

  /** Gives the state and what the reader has missed; from then on what is shown goes to the reader at once. */
  async begin(stream: EventStream, order: Order): Promise<void> {
    if (await stream.sendAll(this.#beginning(order), ROOM_TIMEOUT_MS)) this.#stream = stream;
  }

  show(order: Order, texts: Map<string, string>): void {
    const stream = this.#stream;
    if (!stream) return;
    try {
      this.#showOn(stream, order, texts);
    } catch (error) {
      // Others watch the same order.
      log.error({ err: error, orderId: order.id }, 'an order could not be shown');
      stream.end('failed');
    }
  }

  #showOn(stream: EventStream, order: Order, texts: Map<string, string>): void {
    if (!this.maySee(order)) return stream.end('revoked');
    const last = lastSequence(order);
    if (last <= this.#sequence) return;
    const audience = seesOnlyVendor(order, this.scope) ?? '';
    const key = `${this.view.name} ${this.#sequence} ${this.scope.everything} ${audience}`;
    let text = texts.get(key);
    if (text === undefined) {
      text = this.#news(order);
      texts.set(key, text);
    }
    this.#sequence = last;
    stream.send(text);
  }

  *#beginning(order: Order): Generator<string> {
    yield this.#state(order);
    if (this.#sequence > lastSequence(order)) {
      // It was never given by this order: the reader knows nothing of it.
      yield eventText({ event: 'reset', data: { reason: 'unknown' } });
      this.#sequence = 0;
    }
    for (const entry of this.#following(order)) {
      this.#sequence = entry.sequence;
      yield this.#text(entry);
    }
  }

  #news(order: Order): string {
    const texts = this.#following(order).map((entry) => this.#text(entry));
    if (this.view.repeatsState) texts.push(this.#state(order));
    return texts.join('');
  }

  #following(order: Order): VisibleEntry[] {
    return entriesFor(order, this.scope).filter(({ sequence }) => sequence > this.#sequence);
  }

  #state(order: Order): string {
    return eventText({ event: 'state', data: this.view.state(order, this.scope) });
  }

  #text(entry: VisibleEntry): string {
    const { sequence } = entry;
    const shown = 'hidden' in entry ? undefined : this.view.entry(entry);
    if ('hidden' in entry || shown === undefined) {
      return eventText({ id: sequence, event: 'hidden', data: { sequence, hidden: true } });
    }
    return eventText({ id: sequence, event: entry.type, data: shown });
  }
}
