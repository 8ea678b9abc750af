import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import type { WireRequest } from './draft.js';

/** What came back; a live stream is left when it begins. */
export interface WireReply {
  status: number;
  headers: Headers;
  text: string;
}

/** Longer than any request may take: the service ends those itself after 10 s. */
const DEADLINE_MS = 15_000;

/** Sends requests byte for byte over connections that are kept, as a load balancer would. */
export class Wire {
  readonly #agent = new Agent({ keepAlive: true });

  constructor(private readonly baseUrl: string) {}

  /** @throws Error when there is no reply within the deadline, or the connection ends without one */
  async send(request: WireRequest): Promise<WireReply> {
    try {
      return await this.#exchange(request, this.#agent);
    } catch (error) {
      // The service may have closed a kept connection just when it was used again: that says nothing of the request.
      if (!isStale(error)) throw error;
      return this.#exchange(request, false);
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  #exchange({ method, path, headers, body }: WireRequest, agent: Agent | false): Promise<WireReply> {
    const { hostname, port, host } = new URL(this.baseUrl);
    const framing = [
      ...(headers.some(([name]) => name === 'host') ? [] : [['host', host] as const]),
      ...(body === undefined ? [] : [['content-length', String(body.length)] as const]),
    ];
    return new Promise((resolve, reject) => {
      // As a list: an object would send every name once only.
      const list = [...framing, ...headers].flat();
      const sent = httpRequest({ hostname, port, method, path, headers: list, agent });
      const timer = setTimeout(() => sent.destroy(new Error(`no reply within ${DEADLINE_MS} ms`)), DEADLINE_MS);
      sent.on('close', () => clearTimeout(timer));
      sent.on('error', (error) => reject(Object.assign(error, { isReused: sent.reusedSocket })));
      sent.on('response', (response) => void readReply(response).then(resolve, reject));
      sent.end(body);
    });
  }
}

async function readReply(response: IncomingMessage): Promise<WireReply> {
  const headers = new Headers();
  for (const [name, value] of Object.entries(response.headers)) headers.set(name, String(value));
  const reply = { status: response.statusCode ?? 0, headers };
  if (response.headers['content-type']?.startsWith('text/event-stream')) {
    response.destroy();
    return { ...reply, text: '' };
  }
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { ...reply, text: Buffer.concat(chunks).toString() };
}

function isStale(error: unknown): boolean {
  const { code, isReused } = error as { code?: string; isReused?: boolean };
  return isReused === true && (code === 'ECONNRESET' || code === 'EPIPE');
}
