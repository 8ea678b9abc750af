import { createServer } from 'node:net';
import { findFreePort, isPortFree, startOnFreePort } from './free-port.js';

describe('free port', () => {
  it('gives the preferred port when nothing listens there', async () => {
    const port = await findFreePort();
    expect(await findFreePort(port)).toBe(port);
  });

  it.each(['127.0.0.1', '0.0.0.0', '::'])('gives another port when something listens on %s', async (host) => {
    const port = await findFreePort();
    const close = await listen(port, host);
    expect(await isPortFree(port)).toBe(false);
    expect(await findFreePort(port)).not.toBe(port);
    await close();
    expect(await isPortFree(port)).toBe(true);
  });

  it('never gives out the same random port twice', async () => {
    const ports = await Promise.all(Array.from({ length: 50 }, () => findFreePort()));
    expect(new Set(ports).size).toBe(50);
  });
});

describe('starting on a free port', () => {
  it('tries another port when a second program takes the first', async () => {
    const preferred = await findFreePort();
    const tried: number[] = [];
    const closing: (() => Promise<void>)[] = [];
    const result = await startOnFreePort(preferred, async (port) => {
      tried.push(port);
      if (tried.length === 1) closing.push(await listen(port, '127.0.0.1'));
      closing.push(await listen(port, '127.0.0.1'));
      return port;
    });
    await Promise.all(closing.map((close) => close()));
    expect(tried).toEqual([preferred, result]);
    expect(result).not.toBe(preferred);
  });

  it('passes on every other failure at once', async () => {
    let attempts = 0;
    const start = () => {
      attempts += 1;
      return Promise.reject(new Error('bad data folder'));
    };
    await expect(startOnFreePort(undefined, start)).rejects.toThrow('bad data folder');
    expect(attempts).toBe(1);
  });
});

function listen(port: number, host: string): Promise<() => Promise<void>> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(port, host, () => resolve(() => new Promise((closed) => server.close(() => closed()))));
  });
}
