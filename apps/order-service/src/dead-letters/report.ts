import { table } from '../common/table.js';
import type { DeadLetter } from './dead-letter-box.js';

/** A list for people, oldest first. */
export function renderList(letters: readonly DeadLetter[], count: number): string {
  if (letters.length === 0) return 'There are no dead letters.';
  const rows = letters.map(({ sequence, facts }) => {
    const { time, code, subject, deliveries, detail } = facts;
    return [String(sequence), timeOf(time), code, String(deliveries), subject, detail].map(printable);
  });
  const more = count - letters.length;
  return [
    table([['sequence', 'given up', 'code', 'deliveries', 'subject', 'detail'], ...rows]),
    ...(more > 0 ? ['', `... and ${more} more`] : []),
  ].join('\n');
}

/** A list for programs. */
export function listOf(letters: readonly DeadLetter[]): object[] {
  return letters.map(({ sequence, facts }) => {
    const { stream, subject, sequence: originalSequence, deliveries, code, detail, time } = facts;
    return { sequence, givenUpAt: timeOf(time), code, detail, deliveries, stream, subject, originalSequence };
  });
}

/** One with everything that it holds. */
export function renderOne({ sequence, headers, body }: DeadLetter): string {
  const lines = [...headers].flatMap(([name, values]) => values.map((value) => printable(`${name}: ${value}`)));
  return [`Dead letter ${sequence}`, '', ...lines, '', bodyOf(body)].join('\n');
}

function bodyOf(body: Uint8Array): string {
  const text = new TextDecoder().decode(body);
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return JSON.stringify(text);
  }
}

function timeOf(time: Date): string {
  return Number.isNaN(time.getTime()) ? '' : time.toISOString();
}

/** What somebody else has written must not command a terminal. */
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '?');
}
