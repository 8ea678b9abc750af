import { createServer } from 'node:net';
import { findFreePort, isPortFree } from './free-port.js';

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

function listen(port: number, host: string): Promise<() => Promise<void>> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(port, host, () => resolve(() => new Promise((closed) => server.close(() => closed()))));
  });
}
