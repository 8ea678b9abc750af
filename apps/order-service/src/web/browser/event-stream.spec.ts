import { jest } from '@jest/globals';
import { EventStream, type StreamState } from './event-stream.js';

interface Connection {
  lastEventId: string | null;
  authorization: string | null;
  signal: AbortSignal;
  send(content: string | Uint8Array): void;
  end(): void;
  fail(): void;
}

/** A server that answers each request as the test says, and lets it write into the streams that it opened. */
class Server {
  readonly connections: Connection[] = [];
  /** Answers of the next requests; a stream when there is none. A status of 0 is a network that is down. */
  readonly answers: { status: number; headers?: Record<string, string> }[] = [];
  requests = 0;

  readonly fetch = async (_: unknown, init: RequestInit = {}): Promise<Response> => {
    this.requests += 1;
    const answer = this.answers.shift();
    if (answer?.status === 0) throw new TypeError('network error');
    if (answer) return new Response('{}', answer);
    return new Response(this.#open(init));
  };

  get last(): Connection {
    return this.connections.at(-1) as Connection;
  }

  #open({ headers, signal }: RequestInit): ReadableStream<Uint8Array> {
    const given = new Headers(headers);
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        const abort = signal as AbortSignal;
        abort.addEventListener('abort', () => {
          try {
            controller.error(new DOMException('aborted', 'AbortError'));
          } catch {
            // It had ended by itself.
          }
        });
        this.connections.push({
          lastEventId: given.get('last-event-id'),
          authorization: given.get('authorization'),
          signal: abort,
          send: (content) =>
            controller.enqueue(typeof content === 'string' ? new TextEncoder().encode(content) : content),
          end: () => controller.close(),
          fail: () => controller.error(new TypeError('connection reset')),
        });
      },
    });
  }
}

describe('following a stream of events', () => {
  const realFetch = globalThis.fetch;
  let server: Server;
  let stream: EventStream;
  let events: string[];
  let states: StreamState[];

  /** Lets everything happen that waits for nothing but its turn. */
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await jest.advanceTimersByTimeAsync(0);
  };
  const follow = async (options: { lastEventId?: string } = {}): Promise<void> => {
    stream = new EventStream({
      url: '/orders/events',
      headers: { authorization: 'Bearer t' },
      onEvent: ({ id, type, data }) => events.push(`${id} ${type} ${data}`),
      onState: (state) => states.push(state),
      ...options,
    });
    void stream.run();
    await settle();
  };
  const names = (): string[] => states.map((state) => state.name);

  beforeEach(() => {
    jest.useFakeTimers();
    server = new Server();
    globalThis.fetch = server.fetch;
    [events, states] = [[], []];
  });

  afterEach(() => {
    stream.close();
    globalThis.fetch = realFetch;
    jest.useRealTimers();
  });

  it('gives what comes, with the headers that it was told to send', async () => {
    await follow();
    expect(server.last).toMatchObject({ lastEventId: null, authorization: 'Bearer t' });
    server.last.send('id: 1\nevent: placed\nda');
    server.last.send('ta: {}\n\n');
    await settle();
    expect(events).toEqual(['1 placed {}']);
    expect(names()).toEqual(['connecting', 'live']);
  });

  it('reads characters that were cut in two', async () => {
    await follow();
    const bytes = new TextEncoder().encode('data: é\n\n');
    for (const byte of bytes) server.last.send(Uint8Array.of(byte));
    await settle();
    expect(events).toEqual([' message é']);
  });

  it('comes back with the last id when the connection breaks, and goes on', async () => {
    await follow();
    server.last.send('retry: 200\n\nid: 7\ndata: a\n\nid: 8\ndata: not whole');
    await settle();
    server.last.fail();
    await settle();
    expect(names().at(-1)).toBe('waiting');
    await jest.advanceTimersByTimeAsync(200);
    expect(server.last.lastEventId).toBe('7');
    server.last.send('id: 8\ndata: b\n\n');
    await settle();
    expect(events).toEqual(['7 message a', '8 message b']);
  });

  it('resumes where it was told to', async () => {
    await follow({ lastEventId: '41' });
    expect(server.last.lastEventId).toBe('41');
  });

  it('takes the id of a heartbeat along', async () => {
    await follow();
    server.last.send('retry: 200\n\nid: 7\ndata: a\n\n:\nid: 12\n\n');
    await settle();
    server.last.end();
    await settle();
    await jest.advanceTimersByTimeAsync(200);
    expect(server.last.lastEventId).toBe('12');
  });

  it('comes back when the server sends it away', async () => {
    await follow();
    server.last.send('retry: 500\n\nid: 3\ndata: a\n\nevent: reconnect\ndata: {"reason":"draining"}\n\n');
    server.last.end();
    await settle();
    expect(events).toEqual(['3 message a']);
    await jest.advanceTimersByTimeAsync(500);
    expect(server.connections).toHaveLength(2);
    expect(server.last.lastEventId).toBe('3');
  });

  it('waits ever longer while nothing answers, half a minute at most', async () => {
    server.answers.push(...Array.from({ length: 12 }, () => ({ status: 0 })));
    await follow();
    const waits: number[] = [];
    while (server.requests < 12) {
      const before = server.requests;
      let waited = 0;
      while (server.requests === before) {
        await jest.advanceTimersByTimeAsync(50);
        waited += 50;
      }
      waits.push(waited);
    }
    expect(waits[0]).toBeLessThanOrEqual(1_050);
    expect(waits[3]).toBeGreaterThanOrEqual(4_000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(30_050);
    expect(Math.min(...waits.slice(6))).toBeGreaterThanOrEqual(15_000);
  });

  it('is quick again once events have come', async () => {
    server.answers.push({ status: 503 }, { status: 503 }, { status: 503 });
    await follow();
    await jest.advanceTimersByTimeAsync(10_000);
    server.last.send('data: a\n\n');
    await settle();
    server.last.fail();
    await settle();
    const before = server.requests;
    await jest.advanceTimersByTimeAsync(1_000);
    expect(server.requests).toBe(before + 1);
  });

  it.each([401, 403, 404])('takes %i for an answer', async (status) => {
    server.answers.push({ status });
    await follow();
    await jest.advanceTimersByTimeAsync(120_000);
    expect(states.at(-1)).toEqual({ name: 'refused', status });
    expect(server.requests).toBe(1);
  });

  it.each([429, 500, 503])('comes back after %i, no sooner than it was asked to', async (status) => {
    server.answers.push({ status, headers: { 'retry-after': '8' } });
    await follow();
    await jest.advanceTimersByTimeAsync(3_900);
    expect(server.requests).toBe(1);
    await jest.advanceTimersByTimeAsync(4_200);
    expect(server.requests).toBe(2);
    expect(names().at(-1)).toBe('live');
  });

  it('ends when the server says so', async () => {
    await follow();
    server.last.send('event: end\ndata: {"reason":"expired"}\n\n');
    await settle();
    await jest.advanceTimersByTimeAsync(120_000);
    expect(states.at(-1)).toEqual({ name: 'ended', reason: 'expired' });
    expect(server.requests).toBe(1);
    expect(events).toEqual([]);
  });

  it('leaves a connection on which nothing comes any more, and not one that is kept alive', async () => {
    await follow();
    for (let beat = 0; beat < 4; beat += 1) {
      await jest.advanceTimersByTimeAsync(20_000);
      server.last.send(':\n\n');
    }
    expect(server.requests).toBe(1);
    await jest.advanceTimersByTimeAsync(47_000);
    expect(server.requests).toBe(2);
  });

  it('comes back at once when it is woken', async () => {
    server.answers.push(...Array.from({ length: 9 }, () => ({ status: 0 })));
    await follow();
    await jest.advanceTimersByTimeAsync(30_000);
    expect(names().at(-1)).toBe('waiting');
    const before = server.requests;
    stream.wake();
    await settle();
    expect(server.requests).toBe(before + 1);
  });

  it('lets go when it is closed', async () => {
    await follow();
    const { signal } = server.last;
    stream.close();
    await settle();
    expect(signal.aborted).toBe(true);
    await jest.advanceTimersByTimeAsync(120_000);
    expect(server.requests).toBe(1);
  });
});
