import { Inject, Injectable } from '@nestjs/common';
import type { JsMsg } from '@nats-io/jetstream';
import { deadLetterId, deadLetterSubject, STREAMS } from '@marketplace/contracts';
import { log } from '../common/logger.js';
import { problemOf } from '../common/problem.js';
import { deadLetterHeaders } from './dead-letter.js';
import { EventPublisher } from './event-publisher.js';
import { Nats } from './nats-connection.js';

/** Keeps messages that cannot be used, for people to look at: `npm run dead-letters`. */
@Injectable()
export class DeadLetters {
  readonly #kept = new Map<string, number>();

  constructor(
    @Inject(EventPublisher) private readonly publisher: EventPublisher,
    @Inject(Nats) private readonly nats: Nats,
  ) {}

  /** How many messages of each stream this process has put among the dead letters. */
  get kept(): ReadonlyMap<string, number> {
    return this.#kept;
  }

  /** How many dead letters there are, of all processes. */
  async waiting(): Promise<number> {
    const { state } = await (await this.nats.manager()).streams.info(STREAMS.deadLetters.name);
    return state.messages;
  }

  /**
   * Resolves once the dead letter is stored: only then may the message be given up. Its id lets the stream drop a repeat.
   *
   * @param reason what was thrown; what was not expected is told to the log alone, under an id
   * @throws when the stream did not acknowledge in time
   */
  async keep(message: JsMsg, reason: unknown): Promise<void> {
    const { subject, seq: sequence } = message;
    const { stream, deliveryCount: deliveries } = message.info;
    const problem = problemOf(reason, subject);
    const detail = problem.detail ?? `error id ${String(problem['errorId'])}`;
    const facts = { stream, subject, sequence, deliveries, code: problem.code, detail, time: new Date() };
    const id = deadLetterId(stream, sequence);
    const headers = deadLetterHeaders(message.headers, facts);
    await this.publisher.publish(deadLetterSubject(stream, subject), id, message.data, headers);
    this.#kept.set(stream, (this.#kept.get(stream) ?? 0) + 1);
    log.error(
      { stream, subject, sequence, deliveries, code: problem.code, detail },
      'a message was put among the dead letters',
    );
  }
}
