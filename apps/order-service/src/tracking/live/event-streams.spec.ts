import { jest } from '@jest/globals';
import { Admission } from '../../common/admission.js';
import { Drain } from '../../common/drain.js';
import { parseConfig } from '../../config/parse-config.js';
import type { EventStream } from './event-stream.js';
import { EventStreams, type Viewer } from './event-streams.js';
import { FakeResponse, requestOf } from './fake-response.spec-support.js';

const problem = (code: string): unknown => expect.objectContaining({ code });

describe('the streams of a replica', () => {
  let drain: Drain;
  let streams: EventStreams;

  beforeEach(() => {
    jest.useFakeTimers();
    const config = parseConfig({ LIVE_STREAMS_PER_CALLER: '2', LIVE_STREAMS_PER_REPLICA: '3' });
    drain = new Drain();
    streams = new EventStreams(config, new Admission(drain, config), drain);
    streams.onModuleInit();
  });
  afterEach(() => {
    streams.onApplicationShutdown();
    jest.useRealTimers();
  });

  const open = async (
    caller: string,
    options: { method?: 'HEAD'; allow?: () => Promise<void>; expiresAt?: Date } = {},
  ): Promise<{ response: FakeResponse; stream: EventStream | undefined }> => {
    const response = new FakeResponse();
    const viewer: Viewer = { kind: 'order', caller, expiresAt: options.expiresAt };
    const allow = options.allow ?? (async () => undefined);
    const stream = await streams.open(viewer, requestOf(options.method), response.asResponse, allow);
    return { response, stream };
  };
  const count = (): number | undefined => streams.viewers.get('order');

  it('begin with headers that keep proxies from storing or gathering them', async () => {
    const { response } = await open('alice');
    expect(response.statusCode).toBe(200);
    expect(response.headers).toEqual({
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-store, no-transform',
      Vary: 'Authorization',
      'X-Accel-Buffering': 'no',
    });
  });

  it('are limited for each caller and in all, and make room when they end', async () => {
    const { response } = await open('alice');
    await open('alice');
    await expect(open('alice')).rejects.toEqual(problem('rate_limited'));
    await open('bob');
    await expect(open('carol')).rejects.toEqual(problem('overloaded'));
    response.destroy();
    expect(count()).toBe(2);
    await open('carol');
    await expect(open('dave')).rejects.toMatchObject({ extensions: { retryAfterSeconds: 5 } });
  });

  it('take no room when the caller may not have one', async () => {
    const refused = new Error('not found');
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await expect(open('alice', { allow: async () => Promise.reject(refused) })).rejects.toBe(refused);
    }
    expect(count()).toBe(0);
  });

  it('are counted from the moment that they are asked for, so that a burst does not pass the limit', async () => {
    const attempts = await Promise.allSettled(Array.from({ length: 5 }, async () => open('alice')));
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
  });

  it('are nothing but headers for HEAD', async () => {
    const { response, stream } = await open('alice', { method: 'HEAD' });
    expect(stream).toBeUndefined();
    expect(response.headers['Content-Type']).toBe('text/event-stream');
    expect(response).toMatchObject({ written: [], hasEnded: true });
    jest.advanceTimersByTime(60_000);
    drain.begin();
    expect(response.written).toEqual([]);
    expect(count()).toBe(0);
  });

  it('do not begin for a reader that has left meanwhile', async () => {
    const response = new FakeResponse();
    const stream = await streams.open({ kind: 'order', caller: 'alice' }, requestOf(), response.asResponse, async () =>
      response.destroy(),
    );
    expect(stream).toBeUndefined();
    expect(count()).toBe(0);
  });

  it('end with their tokens and are kept alive until then', async () => {
    const { response } = await open('alice', { expiresAt: new Date(Date.now() + 20_000) });
    jest.advanceTimersByTime(16_000);
    expect(response.text).toMatch(/:\n\n$/u);
    jest.advanceTimersByTime(4_000);
    expect(response.events).toEqual(['end']);
    expect(streams.ends.get('expired')).toBe(1);
  });

  it('all end when the process begins to stop, and no new ones begin', async () => {
    const readers = [await open('alice'), await open('bob')];
    drain.begin();
    for (const { response } of readers) {
      expect(response.events).toEqual(['reconnect']);
      expect(response.hasEnded).toBe(true);
    }
    expect(streams.ends.get('draining')).toBe(2);
    await expect(open('carol')).rejects.toEqual(problem('draining'));
  });

  it('do not begin when the process began to stop while the caller was looked up', async () => {
    await expect(open('alice', { allow: async () => drain.begin() })).rejects.toEqual(problem('draining'));
    expect(count()).toBe(0);
  });
});

describe('a stream and the requests under way', () => {
  it('is no longer one of them once it has begun', async () => {
    const config = parseConfig({ MOST_REQUESTS_UNDER_WAY: '1' });
    const drain = new Drain();
    const admission = new Admission(drain, config);
    const streams = new EventStreams(config, admission, drain);
    const response = new FakeResponse();
    admission.middleware({ path: '/orders/1/events' } as never, response.asResponse, () => undefined);
    expect(admission.requestsUnderWay).toBe(1);
    await streams.open({ kind: 'order', caller: 'alice' }, requestOf(), response.asResponse, async () => undefined);
    expect(admission.requestsUnderWay).toBe(0);
    response.destroy();
    expect(admission.requestsUnderWay).toBe(0);
  });
});
