import { EventEmitter } from 'node:events';
import type { Request, Response } from 'express';
import { parseConfig } from '../config/parse-config.js';
import { Admission } from './admission.js';
import { Drain } from './drain.js';

class FakeResponse extends EventEmitter {
  readonly headers: Record<string, string> = {};
  setHeader(name: string, value: string): void {
    this.headers[name] = value;
  }
}

describe('admission', () => {
  const drain = new Drain();
  const admission = new Admission(drain, parseConfig({ MOST_REQUESTS_UNDER_WAY: '2' }));
  const arrive = (path: string): { response: FakeResponse; error: unknown } => {
    const response = new FakeResponse();
    let error: unknown;
    admission.middleware({ path } as Request, response as unknown as Response, (given) => {
      error = given;
    });
    return { response, error };
  };

  it('refuses one request too many, whichever way they come, and takes the next when one has ended', () => {
    const first = arrive('/orders');
    const leave = admission.enter();
    expect(first.error).toBeUndefined();
    expect(arrive('/orders').error).toMatchObject({ code: 'overloaded' });
    expect(() => admission.enter()).toThrow(expect.objectContaining({ code: 'overloaded' }) as Error);
    first.response.emit('close');
    const next = arrive('/carts');
    expect(next.error).toBeUndefined();
    expect(admission.requestsUnderWay).toBe(2);
    leave();
    next.response.emit('close');
    expect(admission.requestsUnderWay).toBe(0);
  });

  it('always takes probes and scrapes', () => {
    const leave = [admission.enter(), admission.enter()];
    expect(arrive('/health/ready').error).toBeUndefined();
    expect(arrive('/metrics').error).toBeUndefined();
    expect(arrive('/metrics-of-others').error).toMatchObject({ code: 'overloaded' });
    for (const end of leave) end();
  });

  it('sends its callers away with their connections while the process drains', () => {
    expect(arrive('/orders').response.headers).toEqual({});
    drain.begin();
    expect(arrive('/orders').response.headers).toEqual({ Connection: 'close' });
  });
});
