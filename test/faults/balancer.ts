import { Agent, createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const PROBE_EVERY_MS = 100;
const PROBE_TIMEOUT_MS = 1_000;
const SERVER_ERROR = 500;

/**
 * A load balancer as small as it can be: requests go in turn to the replicas that said they were ready when they were last asked.
 * It never sends a request a second time, so whatever goes wrong is seen.
 */
export class Balancer {
  /** Every request that failed: no answer, or one of 500 and above. */
  readonly failures: string[] = [];
  requests = 0;
  readonly #ready = new Set<string>();
  readonly #endings = new Map<string, { since: number; noticedAfterMs?: number }>();
  readonly #agent = new Agent({ keepAlive: true });
  readonly #server = createServer((incoming, outgoing) => this.#forward(incoming, outgoing));
  #turn = 0;
  #probing: Promise<unknown> = Promise.resolve();
  #stopped = false;

  private constructor(private readonly addresses: readonly string[]) {}

  static async start(addresses: readonly string[]): Promise<Balancer> {
    const balancer = new Balancer(addresses);
    await new Promise<void>((resolve) => {
      balancer.#server.listen(0, '127.0.0.1', resolve);
    });
    balancer.#probing = Promise.all(addresses.map(async (address) => balancer.#probeOn(address)));
    return balancer;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  isReady(address: string): boolean {
    return this.#ready.has(address);
  }

  /** The replica is about to be told to stop: from now on it is measured how long that takes to be noticed here. */
  expectEnd(address: string): void {
    this.#endings.set(address, { since: Date.now() });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#probing;
    this.#agent.destroy();
    this.#server.closeAllConnections();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }

  async #probeOn(address: string): Promise<void> {
    while (!this.#stopped) {
      if (await isReady(address)) this.#ready.add(address);
      else {
        this.#ready.delete(address);
        const ending = this.#endings.get(address);
        if (ending) ending.noticedAfterMs ??= Date.now() - ending.since;
      }
      await delay(PROBE_EVERY_MS);
    }
  }

  /** How a request lies to the end of its replica, for whoever looks for the reason of a failure. */
  #whenEnded(address: string | undefined, sentAt: number): string {
    const ending = this.#endings.get(address ?? '');
    if (!ending) return '';
    const { since, noticedAfterMs } = ending;
    const noticed =
      noticedAfterMs === undefined ? 'had not been noticed yet' : `was noticed after ${noticedAfterMs} ms`;
    return ` (sent ${sentAt - since} ms after SIGTERM to ${address}, which ${noticed})`;
  }

  #forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
    this.requests += 1;
    const what = `${incoming.method} ${incoming.url}`;
    const ready = this.addresses.filter((address) => this.#ready.has(address));
    this.#turn += 1;
    const address = ready[this.#turn % ready.length];
    const sentAt = Date.now();
    const fail = (reason: string): void => {
      this.failures.push(`${what}: ${reason}${this.#whenEnded(address, sentAt)}`);
      if (outgoing.headersSent) outgoing.destroy();
      else outgoing.writeHead(502).end();
    };
    if (address === undefined) {
      fail('no replica is ready');
      return;
    }
    const options = { method: incoming.method, headers: incoming.headers, agent: this.#agent };
    const forwarded = httpRequest(new URL(incoming.url ?? '/', address), options, (reply) => {
      const status = reply.statusCode ?? 0;
      if (status >= SERVER_ERROR) this.failures.push(`${what}: ${status}${this.#whenEnded(address, sentAt)}`);
      // Whether the connection to the replica ends is no concern of the client's.
      const { connection: _theirs, 'keep-alive': _hint, ...headers } = reply.headers;
      outgoing.writeHead(status, headers);
      reply.on('error', (error) => fail(error.message));
      reply.pipe(outgoing);
    });
    forwarded.on('error', (error) => fail(error.message));
    incoming.pipe(forwarded);
  }
}

async function isReady(address: string): Promise<boolean> {
  try {
    const reply = await fetch(`${address}/health/ready`, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    await reply.arrayBuffer();
    return reply.status === 200;
  } catch {
    return false;
  }
}
