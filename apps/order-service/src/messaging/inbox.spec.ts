import 'reflect-metadata';
import { jest } from '@jest/globals';
import type { JsMsg } from '@nats-io/jetstream';
import { ProblemError } from '@marketplace/contracts';
import { waitUntil } from '@marketplace/local-stack';
import { log } from '../common/logger.js';
import type { DeadLetters } from './dead-letters.js';
import { Inbox, type InboxRules } from './inbox.js';
import { ServiceUnavailableError } from './service-errors.js';

for (const level of ['warn', 'error'] as const) jest.spyOn(log, level).mockImplementation(() => undefined);

const until = async <T>(what: string, condition: () => T | undefined | false): Promise<T> =>
  waitUntil(what, condition, { pollMs: 1 });

/** A message as far as an inbox looks at it, with the words that were said about it. */
class Message {
  readonly words: string[] = [];
  readonly info: { deliveryCount: number };
  readonly subject = 'evt.payments.pay-1.captured';

  constructor(
    readonly seq: number,
    readonly text: string,
    deliveryCount = 1,
  ) {
    this.info = { deliveryCount };
  }

  ack(): void {
    this.words.push('ack');
  }
  term(): void {
    this.words.push('term');
  }
  working(): void {
    this.words.push('working');
  }
  nak(delayMs?: number): void {
    this.words.push(delayMs === undefined ? 'nak' : 'nak later');
  }
}

const UNREADABLE = new ProblemError('malformed_json', 'the body is not JSON');
const POISON = new ProblemError('not_found', 'there is no such order');
const AWAY = new ProblemError('database_unavailable', 'it does not answer');

interface Given extends Partial<Omit<InboxRules<string>, 'handle'>> {
  handle?: (content: string) => Promise<void>;
  /** Puts a message among the dead letters. */
  keep?: (message: JsMsg, reason: unknown) => Promise<void>;
}

/** An inbox whose messages are texts: the key, a dash, and whatever else. */
function inboxOf({ keep, ...rules }: Given): { inbox: Inbox<string>; kept: [number, unknown][] } {
  const kept: [number, unknown][] = [];
  const deadLetters = {
    keep: async (message: JsMsg, reason: unknown): Promise<void> => {
      await keep?.(message, reason);
      kept.push([message.seq, reason]);
    },
  };
  const all: InboxRules<string> = {
    read: (message) => (message as unknown as Message).text,
    keyOf: (content) => content.split('-')[0] ?? '',
    handle: async () => Promise.resolve(),
    mostFailures: 3,
    extendEveryMs: 60_000,
    ...rules,
  };
  return { inbox: new Inbox(all, deadLetters as unknown as DeadLetters), kept };
}

async function* stream(messages: readonly Message[]): AsyncGenerator<JsMsg> {
  for (const message of messages) yield await Promise.resolve(message as unknown as JsMsg);
}

/** Delivers one message again and again until it is finished, as the server would. */
async function deliver(inbox: Inbox<string>, most: number, between?: (delivery: number) => void): Promise<string[]> {
  const words: string[] = [];
  async function* deliveries(): AsyncGenerator<JsMsg> {
    for (let delivery = 1; delivery <= most; delivery += 1) {
      between?.(delivery);
      const message = new Message(7, 'order-1', delivery);
      yield message as unknown as JsMsg;
      words.push(await until('the message was answered for', () => message.words[0]));
      if (words.at(-1) !== 'nak later') return;
    }
  }
  await inbox.take(deliveries());
  return words;
}

describe('a message', () => {
  it('that is handled is acknowledged afterwards', async () => {
    const trace: string[] = [];
    const message = new Message(1, 'a-1');
    const { inbox } = inboxOf({
      handle: async () => {
        trace.push(`handled after ${message.words.length} words`);
        return Promise.resolve();
      },
    });
    await inbox.take(stream([message]));
    expect([trace, message.words]).toEqual([['handled after 0 words'], ['ack']]);
    expect(inbox.figures).toEqual({ handled: 1, redelivered: 0, dead_lettered: 0 });
  });

  it('that cannot be read goes to the dead letters at once', async () => {
    const message = new Message(1, 'x');
    const { inbox, kept } = inboxOf({
      read: () => {
        throw UNREADABLE;
      },
      keep: async () => Promise.resolve(expect(message.words).toEqual([])),
    });
    await inbox.take(stream([message]));
    expect([kept, message.words]).toEqual([[[1, UNREADABLE]], ['term']]);
  });

  it('that fails for good goes to the dead letters after so many deliveries', async () => {
    const { inbox, kept } = inboxOf({ handle: async () => Promise.reject(POISON) });
    await expect(deliver(inbox, 9)).resolves.toEqual(['nak later', 'nak later', 'term']);
    expect(kept).toEqual([[7, POISON]]);
    expect(inbox.figures).toEqual({ handled: 0, redelivered: 2, dead_lettered: 1 });
  });

  it.each<[string, Error]>([
    ['the database is away', AWAY],
    ['another service is away', new ServiceUnavailableError('x')],
  ])('is never given up because %s, and that does not count', async (_, away) => {
    let failure: Error = away;
    const { inbox, kept } = inboxOf({ handle: async () => Promise.reject(failure) });
    const words = await deliver(inbox, 60, (delivery) => {
      failure = delivery % 20 === 0 ? POISON : away;
    });
    expect(words).toEqual([...Array.from({ length: 59 }, () => 'nak later'), 'term']);
    expect(kept).toEqual([[7, POISON]]);
  });

  it('is not given up while it cannot be put among the dead letters', async () => {
    let tries = 0;
    const { inbox, kept } = inboxOf({
      mostFailures: 1,
      handle: async () => Promise.reject(POISON),
      keep: async () => {
        tries += 1;
        return tries < 3 ? Promise.reject(new Error('no answer')) : Promise.resolve();
      },
    });
    await expect(deliver(inbox, 9)).resolves.toEqual(['nak later', 'nak later', 'term']);
    expect(kept).toHaveLength(1);
  });

  it('that was handled in the end begins anew when it comes once more', async () => {
    let failing = true;
    const { inbox, kept } = inboxOf({ handle: async () => (failing ? Promise.reject(POISON) : Promise.resolve()) });
    async function* deliveries(): AsyncGenerator<JsMsg> {
      for (const fails of [true, true, false, true, true]) {
        failing = fails;
        const message = new Message(7, 'order-1');
        yield message as unknown as JsMsg;
        await until('the message was answered for', () => message.words.length > 0);
      }
    }
    await inbox.take(deliveries());
    expect(kept).toEqual([]);
  });
});

describe('messages', () => {
  /** A handler whose tasks end when they are told to. */
  function held(): { handle: (content: string) => Promise<void>; begun: string[]; end: (content: string) => void } {
    const begun: string[] = [];
    const ends = new Map<string, () => void>();
    return {
      begun,
      handle: async (content) => {
        begun.push(content);
        await new Promise<void>((resolve) => {
          ends.set(content, resolve);
        });
      },
      end: (content) => ends.get(content)?.(),
    };
  }

  it('of one key are handled one after another, of different keys side by side', async () => {
    const { handle, begun, end } = held();
    const { inbox } = inboxOf({ handle });
    const taken = inbox.take(stream(['a-1', 'a-2', 'b-1'].map((text, index) => new Message(index, text))));
    await until('two are under way', () => begun.length === 2);
    expect(begun).toEqual(['a-1', 'b-1']);
    end('a-1');
    await until('the next of its key is under way', () => begun.length === 3);
    end('a-2');
    end('b-1');
    await taken;
    expect(inbox.figures.handled).toBe(3);
  });

  it('are handled sixteen at a time at most', async () => {
    const { handle, begun, end } = held();
    const { inbox } = inboxOf({ handle });
    const texts = Array.from({ length: 40 }, (_, index) => `${index}-1`);
    const taken = inbox.take(stream(texts.map((text, index) => new Message(index, text))));
    await until('all hands are full', () => begun.length === 16);
    for (let index = 0; index < 40; index += 1) {
      expect(begun.length).toBeLessThanOrEqual(16 + index);
      await until('it is under way', () => begun.length > index);
      end(texts[index] ?? '');
    }
    await taken;
    expect(begun).toEqual(texts);
  });

  it('are kept from being delivered again while their handlers are at work', async () => {
    const { handle, begun, end } = held();
    const { inbox } = inboxOf({ handle, extendEveryMs: 1 });
    const message = new Message(1, 'a-1');
    const taken = inbox.take(stream([message]));
    await until('it was extended twice', () => message.words.length >= 2);
    expect(new Set(message.words)).toEqual(new Set(['working']));
    end(begun[0] ?? '');
    await taken;
    expect(message.words.at(-1)).toBe('ack');
  });

  it('are left to others once the inbox stops, which waits for those in hand', async () => {
    const { handle, begun, end } = held();
    const { inbox } = inboxOf({ handle });
    const [first, second] = [new Message(1, 'a-1'), new Message(2, 'b-1')];
    let stopped: Promise<void> | undefined;
    async function* messages(): AsyncGenerator<JsMsg> {
      yield first as unknown as JsMsg;
      await until('the first is under way', () => begun.length === 1);
      stopped = inbox.stop();
      yield second as unknown as JsMsg;
    }
    const taken = inbox.take(messages());
    await until('the second was left', () => second.words.length > 0);
    expect([first.words, second.words]).toEqual([[], ['nak']]);
    end('a-1');
    await stopped;
    await taken;
    expect(first.words).toEqual(['ack']);
  });
});
