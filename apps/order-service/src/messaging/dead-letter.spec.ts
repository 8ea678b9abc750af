import { headers, type MsgHdrs } from '@nats-io/nats-core';
import { deadLetterFacts, deadLetterHeaders, originalHeaders } from './dead-letter.js';

const FACTS = {
  stream: 'PAYMENTS',
  subject: 'evt.payments.pay-1.captured',
  sequence: 7,
  deliveries: 8,
  code: 'not_found',
  detail: 'there is no such order',
  time: new Date('2026-03-01T12:00:00.000Z'),
};

function headersOf(given: Readonly<Record<string, readonly string[]>>): MsgHdrs {
  const made = headers();
  for (const [name, values] of Object.entries(given)) for (const value of values) made.append(name, value);
  return made;
}
const plain = (given: MsgHdrs): Record<string, string[]> => Object.fromEntries(given);

describe('a dead letter', () => {
  const original = headersOf({ traceparent: ['00-1-2-01'], 'X-Tag': ['a', 'b'] });

  it('has the headers of its message, and says where it came from and what was wrong', () => {
    const made = deadLetterHeaders(original, FACTS);
    expect(plain(made)).toMatchObject({ traceparent: ['00-1-2-01'], 'X-Tag': ['a', 'b'] });
    expect(deadLetterFacts(made)).toEqual(FACTS);
    expect(deadLetterFacts(deadLetterHeaders(undefined, FACTS))).toEqual(FACTS);
  });

  it('gives the headers of its message back', () => {
    expect(plain(originalHeaders(deadLetterHeaders(original, FACTS)))).toEqual(plain(original));
    expect(plain(originalHeaders(deadLetterHeaders(undefined, FACTS)))).toEqual({});
  });

  it('keeps out of reach of JetStream what JetStream acts upon when it is published', () => {
    const acted = headersOf({
      'Nats-Msg-Id': ['pay-1:captured'],
      'nats-expected-stream': ['PAYMENTS'],
      'X-Nats-Rollup': ['all'],
      Own: ['x'],
    });
    const made = deadLetterHeaders(acted, FACTS);
    expect(plain(made)).toMatchObject({
      'Dead-Letter-Kept-Msg-Id': ['pay-1:captured'],
      'Dead-Letter-Kept-expected-stream': ['PAYMENTS'],
      'Dead-Letter-Kept-X-Rollup': ['all'],
    });
    expect([...made].map(([name]) => name).filter((name) => /nats-/iu.test(name))).toEqual([]);
    made.set('Nats-Msg-Id', 'PAYMENTS:7');
    expect(plain(originalHeaders(made))).toEqual({ Own: ['x'] });
  });

  it('does not believe a message that calls itself one', () => {
    const made = deadLetterHeaders(headersOf({ 'Dead-Letter-Stream': ['ORDERS'], 'dead-letter-code': ['ok'] }), FACTS);
    expect(deadLetterFacts(made)).toEqual(FACTS);
    expect(plain(made)).not.toHaveProperty('dead-letter-code');
  });

  it('tells what was wrong in one line of bounded length', () => {
    const { detail } = deadLetterFacts(deadLetterHeaders(undefined, { ...FACTS, detail: `a\r\nb ${'x'.repeat(900)}` }));
    expect(detail).toMatch(/^a b x+$/u);
    expect(detail).toHaveLength(500);
  });
});
