import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TestStack } from './stack.js';

/** Quick to give up on who does not answer and to go on with what was left undone, as suites would otherwise wait for it. */
const SETTINGS = {
  SERVICE_TIMEOUT_MS: '700',
  PAYMENT_TIMEOUT_MS: '700',
  RECOVERY_AFTER_MS: '1000',
  RECOVERY_INTERVAL_MS: '200',
};

/**
 * Starts a stack when one is asked for under a new name, and gives its addresses: `GET /<name>`. Jest forgets between two suites of a worker
 * whatever was started there, so that this is served by the process that outlives them all.
 */
export class SharedStacks {
  private readonly stacks = new Map<string, Promise<TestStack>>();

  private constructor(private readonly server: Server) {
    server.on('request', ({ url }, response) => void this.answer(url ?? '/', response));
  }

  static async serve(): Promise<SharedStacks> {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return new SharedStacks(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Ends the stacks. */
  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    const started = await Promise.allSettled(this.stacks.values());
    await Promise.all(started.map(async (each) => (each.status === 'fulfilled' ? each.value.stop() : undefined)));
  }

  private async answer(name: string, response: ServerResponse): Promise<void> {
    try {
      // Suites must not hear each other, even where NATS_URL names a server for them.
      const starting = this.stacks.get(name) ?? TestStack.start({ env: SETTINGS, ownNats: true });
      this.stacks.set(name, starting);
      const { addresses } = await starting;
      response.setHeader('content-type', 'application/json').end(JSON.stringify(addresses));
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  }
}
