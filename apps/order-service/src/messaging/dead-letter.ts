import { headers, type MsgHdrs } from '@nats-io/nats-core';
import { DEAD_LETTER_HEADERS, KEPT_HEADER_PREFIX } from '@marketplace/contracts';

const OWN_PREFIX = 'dead-letter-';
/**
 * JetStream acts upon these when a message is published: an expectation of another stream would be refused. nats-server 2.9
 * finds them at the end of a longer name too.
 */
const OF_JETSTREAM = /nats-/giu;
const MOST_DETAIL = 500;

/** Where a message was taken from, and what was wrong with it. */
export interface DeadLetterFacts {
  readonly stream: string;
  readonly subject: string;
  readonly sequence: number;
  readonly deliveries: number;
  readonly code: string;
  readonly detail: string;
  readonly time: Date;
}

/** The headers of a dead letter: those of the original message, and the facts. */
export function deadLetterHeaders(original: MsgHdrs | undefined, facts: DeadLetterFacts): MsgHdrs {
  const made = headers();
  for (const [name, values] of original ?? []) {
    if (isOwn(name)) continue;
    const harmless = name.replaceAll(OF_JETSTREAM, '');
    const kept = harmless === name ? name : `${KEPT_HEADER_PREFIX}${harmless}`;
    for (const value of values) made.append(kept, value);
  }
  made.set(DEAD_LETTER_HEADERS.stream, facts.stream);
  made.set(DEAD_LETTER_HEADERS.subject, facts.subject);
  made.set(DEAD_LETTER_HEADERS.sequence, String(facts.sequence));
  made.set(DEAD_LETTER_HEADERS.deliveries, String(facts.deliveries));
  made.set(DEAD_LETTER_HEADERS.code, facts.code);
  made.set(DEAD_LETTER_HEADERS.detail, facts.detail.replaceAll(/\s+/gu, ' ').slice(0, MOST_DETAIL));
  made.set(DEAD_LETTER_HEADERS.time, facts.time.toISOString());
  return made;
}

/** The facts of a dead letter; whatever a message does not say is empty. */
export function deadLetterFacts(deadLetter: MsgHdrs): DeadLetterFacts {
  return {
    stream: deadLetter.get(DEAD_LETTER_HEADERS.stream),
    subject: deadLetter.get(DEAD_LETTER_HEADERS.subject),
    sequence: Number(deadLetter.get(DEAD_LETTER_HEADERS.sequence)),
    deliveries: Number(deadLetter.get(DEAD_LETTER_HEADERS.deliveries)),
    code: deadLetter.get(DEAD_LETTER_HEADERS.code),
    detail: deadLetter.get(DEAD_LETTER_HEADERS.detail),
    time: new Date(deadLetter.get(DEAD_LETTER_HEADERS.time)),
  };
}

/** The headers to publish the original message with once more. */
export function originalHeaders(deadLetter: MsgHdrs): MsgHdrs {
  const made = headers();
  for (const [name, values] of deadLetter) {
    if (isOwn(name) || name.search(OF_JETSTREAM) >= 0) continue;
    for (const value of values) made.append(name, value);
  }
  return made;
}

function isOwn(name: string): boolean {
  return name.toLowerCase().startsWith(OWN_PREFIX);
}
