/**
 * Headers of a dead letter on stream `DEAD_LETTERS`. Its body is that of the original message, and so are all its other headers; those
 * that JetStream reads itself (`Nats-...`) stand behind {@link KEPT_HEADER_PREFIX} instead. Its own `Nats-Msg-Id` is {@link deadLetterId}.
 */
export const DEAD_LETTER_HEADERS = {
  /** Stream, subject and stream sequence of the original message. */
  stream: 'Dead-Letter-Stream',
  subject: 'Dead-Letter-Subject',
  sequence: 'Dead-Letter-Sequence',
  /** How often it was delivered. */
  deliveries: 'Dead-Letter-Deliveries',
  /** Why it could not be used: a code of the table of problems, and a sentence for people without personal data. */
  code: 'Dead-Letter-Code',
  detail: 'Dead-Letter-Detail',
  /** When it was given up, RFC 3339, UTC. */
  time: 'Dead-Letter-Time',
} as const;

/** What JetStream acts upon when a message is published must not be acted upon again. */
export const KEPT_HEADER_PREFIX = 'Dead-Letter-Kept-';

export const deadLetterId = (stream: string, sequence: number): string => `${stream}:${sequence}`;
