import { jetstream, JetStreamApiError, jetstreamManager, type SeqMsgRequest, type StreamAPI } from '@nats-io/jetstream';
import type { MsgHdrs } from '@nats-io/nats-core';
import type { NatsConnection } from '@nats-io/transport-node';
import { deadLetterId, STREAMS } from '@marketplace/contracts';
import { deadLetterFacts, originalHeaders, type DeadLetterFacts } from '../messaging/dead-letter.js';

const { name: STREAM } = STREAMS.deadLetters;
const STREAM_NOT_FOUND = 10_059;
const PUBLISH_TIMEOUT_MS = 5_000;

export interface DeadLetter {
  /** Its own, by which it is called. That of its message is among the facts. */
  readonly sequence: number;
  readonly facts: DeadLetterFacts;
  readonly headers: MsgHdrs;
  readonly body: Uint8Array;
}

/** The dead letters as they lie in their stream. */
export class DeadLetterBox {
  private constructor(
    private readonly nats: NatsConnection,
    private readonly streams: StreamAPI,
  ) {}

  static async open(nats: NatsConnection): Promise<DeadLetterBox> {
    return new DeadLetterBox(nats, (await jetstreamManager(nats)).streams);
  }

  /** How many there are, and the sequence of the latest. */
  async state(): Promise<{ count: number; last: number }> {
    try {
      const { state } = await this.streams.info(STREAM);
      return { count: state.messages, last: state.last_seq };
    } catch (error) {
      if (!(error instanceof JetStreamApiError) || error.code !== STREAM_NOT_FOUND) throw error;
      throw new Error(`there is no stream ${STREAM} here; the service makes it when it starts`, { cause: error });
    }
  }

  /** Oldest first, up to a sequence. */
  async *upTo(last: number): AsyncGenerator<DeadLetter> {
    for (let sequence = 1; sequence <= last;) {
      // The next from there on: what was removed leaves gaps.
      const query = { seq: sequence, next_by_subj: '>' };
      const letter = await this.#read(query);
      if (!letter || letter.sequence > last) return;
      yield letter;
      sequence = letter.sequence + 1;
    }
  }

  /** @throws Error when there is none of that sequence */
  async get(sequence: number): Promise<DeadLetter> {
    const letter = await this.#read({ seq: sequence });
    if (!letter) throw new Error(`there is no dead letter ${sequence}`);
    return letter;
  }

  /**
   * Sends the message to its subject once more, and removes the dead letter only when the stream that it came from has it. Its
   * id is a new one, lest the stream take it for the first; but always the same, so that sending it twice has one effect.
   */
  async redrive({ sequence, facts, headers, body }: DeadLetter): Promise<void> {
    if (!facts.subject || !facts.stream) throw new Error('it does not say where it came from');
    await jetstream(this.nats).publish(facts.subject, body, {
      msgID: deadLetterId(STREAM, sequence),
      headers: originalHeaders(headers),
      expect: { streamName: facts.stream },
      timeout: PUBLISH_TIMEOUT_MS,
    });
    await this.drop(sequence);
  }

  async drop(sequence: number): Promise<void> {
    await this.streams.deleteMessage(STREAM, sequence);
  }

  async #read(query: SeqMsgRequest): Promise<DeadLetter | undefined> {
    const stored = await this.streams.getMessage(STREAM, query);
    if (!stored) return undefined;
    const { seq: sequence, header: headers, data: body } = stored;
    return { sequence, facts: deadLetterFacts(headers), headers, body };
  }
}
