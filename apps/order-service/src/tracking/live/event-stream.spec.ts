import { jest } from '@jest/globals';
import { EventStream, type StreamEnd } from './event-stream.js';
import { FakeResponse } from './fake-response.spec-support.js';

const NOW = 1_800_000_000_000;
const BUFFER = 100;

describe('a stream of events', () => {
  beforeEach(() => {
    jest.useFakeTimers({ now: NOW });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  const opened = (expiresAt?: Date): { response: FakeResponse; stream: EventStream; ends: StreamEnd[] } => {
    const response = new FakeResponse();
    const stream = new EventStream(response.asResponse, {
      mostBufferedBytes: BUFFER,
      heartbeatMs: 15_000,
      expiresAt,
    });
    const ends: StreamEnd[] = [];
    stream.whenEnded((reason) => ends.push(reason));
    response.written.length = 0;
    return { response, stream, ends };
  };

  it('begins with when to come back, not the same for everybody', () => {
    const waits = Array.from({ length: 50 }, () => {
      const response = new FakeResponse();
      const stream = new EventStream(response.asResponse, { mostBufferedBytes: BUFFER, heartbeatMs: 1_000 });
      expect(stream.hasEnded).toBe(false);
      return Number(/^retry: (\d+)\n\n$/u.exec(response.text)?.[1]);
    });
    expect(waits.every((wait) => wait >= 500 && wait < 2_500)).toBe(true);
    expect(new Set(waits).size).toBeGreaterThan(10);
  });

  it('writes what it is given', () => {
    const { response, stream } = opened();
    stream.send('a');
    stream.send('b');
    expect(response.written).toEqual(['a', 'b']);
  });

  it('sends a reader away that leaves more untaken than the buffer holds, and cuts it off', () => {
    const { response, stream, ends } = opened();
    response.isRead = false;
    stream.send('x'.repeat(BUFFER));
    expect(stream.hasEnded).toBe(false);
    stream.send('y');
    expect(ends).toEqual(['slow']);
    expect(response.text).toMatch(/event: reconnect\ndata: \{"reason":"slow"\}\n\n$/u);
    expect(response.destroyed).toBe(false);
    jest.advanceTimersByTime(1_000);
    expect(response.destroyed).toBe(true);
    // Nothing more is written, and it has ended once.
    stream.send('z');
    stream.end('draining');
    stream.tick(NOW + 60_000);
    expect(ends).toEqual(['slow']);
  });

  it('gives a reader time for what was before, and goes on as it takes it', async () => {
    const { response, stream } = opened();
    response.isRead = false;
    const texts = Array.from({ length: 10 }, (_, index) => String(index).repeat(40));
    const sending = stream.sendAll(texts, 5_000);
    for (let written = 0; written < texts.length;) {
      await Promise.resolve();
      expect(response.writableLength).toBeLessThanOrEqual(BUFFER);
      if (response.written.length === written) throw new Error('it does not go on');
      written = response.written.length;
      response.drain();
      await jest.advanceTimersByTimeAsync(0);
    }
    expect(await sending).toBe(true);
    expect(response.written).toEqual(texts);
  });

  it('does not wait for ever for a reader that takes nothing', async () => {
    const { response, stream, ends } = opened();
    response.isRead = false;
    const sending = stream.sendAll(['x'.repeat(60), 'never'], 5_000);
    await jest.advanceTimersByTimeAsync(5_000);
    expect(await sending).toBe(false);
    expect(ends).toEqual(['slow']);
    expect(response.text).not.toContain('never');
  });

  it('stops waiting when the reader leaves', async () => {
    const { response, stream, ends } = opened();
    response.isRead = false;
    const sending = stream.sendAll(['x'.repeat(60), 'never'], 5_000);
    response.destroy();
    expect(await sending).toBe(false);
    expect(ends).toEqual(['left']);
  });

  it('survives a connection that breaks', () => {
    const { response, stream, ends } = opened();
    response.emit('error', new Error('ECONNRESET'));
    stream.send('x');
    expect(ends).toEqual(['left']);
    expect(response.written).toEqual([]);
  });

  it('keeps a quiet connection alive, and only a quiet one', () => {
    const { response, stream } = opened();
    stream.tick(NOW + 14_999);
    expect(response.written).toEqual([]);
    stream.tick(NOW + 15_000);
    expect(response.written).toEqual([':\n\n']);
    jest.setSystemTime(NOW + 20_000);
    stream.send('x');
    stream.tick(NOW + 34_999);
    expect(response.written).toHaveLength(2);
    stream.announcePosition(() => 9);
    stream.tick(NOW + 35_000);
    expect(response.written.at(-1)).toBe(':\nid: 9\n\n');
  });

  it('ends with the token that it was opened with, however far away that is', () => {
    const inNinetyDays = new Date(NOW + 90 * 86_400_000);
    const { response, stream, ends } = opened(inNinetyDays);
    stream.tick(inNinetyDays.getTime() - 1);
    expect(stream.hasEnded).toBe(false);
    stream.tick(inNinetyDays.getTime());
    expect(ends).toEqual(['expired']);
    expect(response.text).toMatch(/event: end\ndata: \{"reason":"expired"\}\n\n$/u);
  });

  it.each([
    ['draining', 'reconnect'],
    ['failed', 'reconnect'],
    ['slow', 'reconnect'],
    ['revoked', 'end'],
    ['expired', 'end'],
  ] as const)('tells a reader that it ends as %s: %s', (reason, event) => {
    const { response, stream } = opened();
    stream.end(reason);
    expect(response.written).toEqual([`event: ${event}\ndata: {"reason":"${reason}"}\n\n`]);
    expect(response.hasEnded).toBe(true);
  });

  it('tells those that ask late that it has ended', () => {
    const { stream } = opened();
    stream.end('failed');
    const heard: StreamEnd[] = [];
    stream.whenEnded((reason) => heard.push(reason));
    expect(heard).toEqual(['failed']);
  });
});
