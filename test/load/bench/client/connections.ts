import { Client } from 'undici';

export interface Call {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  token: string;
  body?: unknown;
  idempotencyKey?: string;
}

const ANSWER_TIMEOUT_MS = 30_000;

/** One connection that is kept open for each client, as browsers and gateways have them. */
export class Connections {
  readonly #clients: Client[];

  constructor(baseUrl: string, count: number) {
    const options = { pipelining: 1, headersTimeout: ANSWER_TIMEOUT_MS, bodyTimeout: ANSWER_TIMEOUT_MS };
    this.#clients = Array.from({ length: count }, () => new Client(baseUrl, options));
  }

  /** The body of the reply, parsed. @throws Error when the status is none of those expected */
  async json<Body>(client: number, call: Call, ...expected: number[]): Promise<Body> {
    return JSON.parse(await this.text(client, call, ...expected)) as Body;
  }

  /** The body of the reply, unread: parsing costs the client more than it tells. */
  async text(
    client: number,
    { method, path, token, body, idempotencyKey }: Call,
    ...expected: number[]
  ): Promise<string> {
    const reply = await this.#clientOf(client).request({
      method,
      path,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await reply.body.text();
    if (!expected.includes(reply.statusCode)) throw new Error(`${method} ${templateOf(path)}: ${reply.statusCode}`);
    return text;
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map(async (client) => client.destroy()));
  }

  #clientOf(index: number): Client {
    const client = this.#clients[index];
    if (!client) throw new Error(`there is no client ${index}`);
    return client;
  }
}

/** Ids would make every error one of its own. */
function templateOf(path: string): string {
  return path.replace(/\?.*$/u, '').replace(/\/[^/]*\d[^/]*/gu, '/:id');
}
