import { createServer } from 'node:net';

/** Below the range from which systems take the ports of outgoing connections, so that none of those slips in between. */
const LOWEST = 20_000;
const HIGHEST = 31_999;
const ATTEMPTS = 200;

const START_ATTEMPTS = 3;
/** What Node.js, NATS and MongoDB (by its exit code) say. */
const PORT_TAKEN = /EADDRINUSE|address already in use|ended with code 48\b/;

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

/**
 * Starts something on the preferred port if that is free, else on another, and tries again when a second program was faster to
 * take the port that had just been free.
 *
 * @param start rejects with the program's own words when it cannot listen on the port
 */
export async function startOnFreePort<T>(
  preferred: number | undefined,
  start: (port: number) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const port = await findFreePort(preferred);
    try {
      return await start(port);
    } catch (error) {
      if (attempt === START_ATTEMPTS || !PORT_TAKEN.test((error as Error).message)) throw error;
    }
  }
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
