import type { JsMsg } from '@nats-io/jetstream';
import { inSpan, messageWork, startReceived } from '@marketplace/tracing';
import { within } from '../common/deadline.js';
import { KeyedQueue } from '../common/keyed-queue.js';
import { log } from '../common/logger.js';
import { isTemporary } from '../common/problem.js';
import type { DeadLetters } from './dead-letters.js';
import { FailureCounts, retryDelayMs } from './redelivery.js';
import { ServiceUnavailableError } from './service-errors.js';

const MOST_IN_HAND = 16;
const STOP_TIMEOUT_MS = 2_000;

/** What is done with the messages of a stream. */
export interface InboxRules<Content> {
  /** @throws ProblemError for a message that says nothing: no repetition makes it readable */
  read(message: JsMsg): Content;
  /** Messages of the same key are handled one after another, in the order in which they came. */
  keyOf(content: Content): string;
  /** Must be repeatable: a message may come several times, and to several processes. */
  handle(content: Content): Promise<void>;
  /** So often a message may fail for a reason that does not pass before it is given up. */
  readonly mostFailures: number;
  /** Messages in hand are kept from being delivered again by a word each so often, however long their handlers take. */
  readonly extendEveryMs: number;
}

/** What has become of messages in this process. */
export type InboxFigures = Readonly<Record<'handled' | 'redelivered' | 'dead_lettered', number>>;

/**
 * Handles the messages of a durable consumer, a few at a time, and acknowledges each when its handler is done.
 *
 * A failure that passes by itself never gives a message up, however long it lasts: the message comes again later. Any other
 * failure counts, and when there have been enough of them the message goes to the dead letters. The server's count of
 * deliveries cannot tell the two apart, so the failures are counted here: what a restart forgets, and what another process
 * has counted, only means that a message is tried more often before it is given up, never less.
 */
export class Inbox<Content> {
  readonly #inHand = new Set<JsMsg>();
  readonly #queue = new KeyedQueue();
  readonly #figures = { handled: 0, redelivered: 0, dead_lettered: 0 };
  readonly #running = new Set<Promise<void>>();
  #failures = new FailureCounts();
  #stopped = false;

  constructor(
    private readonly rules: InboxRules<Content>,
    private readonly deadLetters: DeadLetters,
  ) {}

  get figures(): InboxFigures {
    return { ...this.#figures };
  }

  /** Handles messages until there are no more; those in hand are finished. */
  async take(messages: AsyncIterable<JsMsg>): Promise<void> {
    // Sequences may begin anew with a new subscription.
    this.#failures = new FailureCounts();
    const extending = setInterval(() => this.#extend(), this.rules.extendEveryMs);
    try {
      for await (const message of messages) {
        // Another process can have it at once.
        if (this.#stopped) message.nak();
        else await this.#begin(message);
      }
    } finally {
      await Promise.all(this.#running);
      clearInterval(extending);
    }
  }

  /** Begins nothing more, and waits for what is in hand. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await within(STOP_TIMEOUT_MS, Promise.all(this.#running));
  }

  /** Resolves when there is room for one more. */
  async #begin(message: JsMsg): Promise<void> {
    this.#inHand.add(message);
    const running = this.#process(message)
      .catch((error: unknown) => log.warn({ reason: String(error) }, 'a message was not answered for; it comes again'))
      .finally(() => {
        this.#inHand.delete(message);
        this.#running.delete(running);
      });
    this.#running.add(running);
    if (this.#running.size >= MOST_IN_HAND) await Promise.race(this.#running);
  }

  async #process(message: JsMsg): Promise<void> {
    let content: Content;
    try {
      content = this.rules.read(message);
    } catch (error) {
      return this.#giveUp(message, error);
    }
    await this.#queue.run(this.rules.keyOf(content), async () => {
      try {
        const work = messageWork('process', 'consumer', message.subject);
        await inSpan(startReceived(work, message.headers), async () => this.rules.handle(content));
      } catch (error) {
        return this.#afterFailure(message, error);
      }
      message.ack();
      this.#failures.forget(message.seq);
      this.#figures.handled += 1;
    });
  }

  async #afterFailure(message: JsMsg, error: unknown): Promise<void> {
    const passes = isTemporary(error) || error instanceof ServiceUnavailableError;
    if (!passes && this.#failures.add(message.seq) >= this.rules.mostFailures) return this.#giveUp(message, error);
    this.#comeAgain(message, error, 'a message could not be handled; it comes again');
  }

  async #giveUp(message: JsMsg, reason: unknown): Promise<void> {
    try {
      await this.deadLetters.keep(message, reason);
    } catch (error) {
      return this.#comeAgain(message, error, 'a message could not be put among the dead letters; it comes again');
    }
    message.term();
    this.#failures.forget(message.seq);
    this.#figures.dead_lettered += 1;
  }

  #comeAgain(message: JsMsg, error: unknown, what: string): void {
    const { deliveryCount } = message.info;
    const delayMs = retryDelayMs(deliveryCount);
    log.warn({ err: error, subject: message.subject, sequence: message.seq, deliveryCount, delayMs }, what);
    message.nak(delayMs);
    this.#figures.redelivered += 1;
  }

  #extend(): void {
    for (const message of this.#inHand) message.working();
  }
}
