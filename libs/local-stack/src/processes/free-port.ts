import { createServer } from 'node:net';

/** Below the range from which systems take the ports of outgoing connections, so that none of those slips in between. */
const LOWEST = 20_000;
const HIGHEST = 31_999;
const ATTEMPTS = 200;

const givenOut = new Set<number>();

/**
 * A TCP port on which nothing listens: the preferred one if it is free, else a random one. A random port is given out only
 * once by this process.
 */
export async function findFreePort(preferred?: number): Promise<number> {
  if (preferred !== undefined && (await isPortFree(preferred))) return preferred;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST + 1));
    if (givenOut.has(port) || !(await isPortFree(port))) continue;
    givenOut.add(port);
    return port;
  }
  throw new Error(`No free TCP port was found between ${LOWEST} and ${HIGHEST}`);
}

/** Whether the port can be listened on, on the loopback address and on all addresses. */
export async function isPortFree(port: number): Promise<boolean> {
  return (await canListen(port, '127.0.0.1')) && (await canListen(port, '0.0.0.0'));
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
