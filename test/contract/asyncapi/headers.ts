import { DEAD_LETTER_HEADERS, MESSAGE_HEADERS, REPLY_HEADERS } from '@marketplace/contracts';
import type { Schemas } from './message-schemas.js';

const text = (description: string): object => ({ type: 'string', description });

/** Headers by the messages that carry them. All but those of dead letters may be left out. */
export const HEADERS: Schemas = {
  RequestHeaders: {
    type: 'object',
    properties: {
      [MESSAGE_HEADERS.authorization]: text('`Bearer <token>`, as over HTTP'),
      [MESSAGE_HEADERS.idempotencyKey]: text('Makes repeats of the request have its effect once'),
      [MESSAGE_HEADERS.ifMatch]: text('Makes the change only if this is still the version, for example `"3"`'),
      [MESSAGE_HEADERS.prefer]: text('`respond-async`: do not wait for the payment'),
      [MESSAGE_HEADERS.deadline]: text('RFC 3339: after that nobody waits for the answer'),
      [MESSAGE_HEADERS.requestId]: text('The request of a client that caused this one'),
      [MESSAGE_HEADERS.traceparent]: text('W3C Trace Context'),
    },
  },
  ReplyHeaders: {
    type: 'object',
    properties: {
      [REPLY_HEADERS.idempotencyReplayed]: text(
        '`true` when this is the answer to an earlier request with the same key',
      ),
    },
  },
  EventHeaders: {
    type: 'object',
    properties: {
      'Nats-Msg-Id': text('The id of the event: JetStream takes it once'),
      [MESSAGE_HEADERS.traceparent]: text(
        'W3C Trace Context: the trace that the event comes from, if it comes from one',
      ),
    },
    required: ['Nats-Msg-Id'],
  },
  DeadLetterHeaders: {
    type: 'object',
    properties: {
      [DEAD_LETTER_HEADERS.stream]: text('The stream of the original message'),
      [DEAD_LETTER_HEADERS.subject]: text('Its subject'),
      [DEAD_LETTER_HEADERS.sequence]: text('Its sequence in the stream'),
      [DEAD_LETTER_HEADERS.deliveries]: text('How often it was delivered'),
      [DEAD_LETTER_HEADERS.code]: text('Why it could not be used: a problem code'),
      [DEAD_LETTER_HEADERS.detail]: text('The same for people'),
      [DEAD_LETTER_HEADERS.time]: text('When it was given up, RFC 3339'),
    },
    required: Object.values(DEAD_LETTER_HEADERS),
  },
};
