import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpClient, ProblemError, ServiceUnavailableError } from './http-client.js';

describe('HttpClient', () => {
  let server: Server;
  let client: HttpClient;
  let seen: IncomingMessage[];
  let answers: ((response: ServerResponse) => void)[];

  const answer = (status: number, body?: object, headers: Record<string, string> = {}) => {
    answers.push((response) => response.writeHead(status, headers).end(body ? JSON.stringify(body) : undefined));
  };

  beforeEach(async () => {
    seen = [];
    answers = [];
    server = createServer((request, response) => {
      seen.push(request);
      request.resume().on('end', () => answers.shift()?.(response));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    client = new HttpClient(new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), 2, 2_000);
  });

  afterEach(async () => {
    client.close();
    await new Promise((resolve) => server.close(resolve));
  });

  it('asks a busy service again, with the same idempotency key', async () => {
    answer(503, { code: 'overloaded' }, { 'retry-after': '0' });
    answers.push((response) => response.destroy());
    answer(409, { code: 'idempotency_in_progress' }, { 'retry-after': '0' });
    answer(201, { id: 'c1' });
    const reply = await client.request({ method: 'POST', path: '/carts', token: 'secret', body: {} });
    expect(reply).toMatchObject({ status: 201, body: { id: 'c1' } });
    expect(seen).toHaveLength(4);
    expect(new Set(seen.map((request) => request.headers['idempotency-key'])).size).toBe(1);
    expect(seen[0]?.headers).toMatchObject({ authorization: 'Bearer secret', 'content-type': 'application/json' });
  });

  it('gives the problem of the service, with what is wrong in which field', async () => {
    const errors = [{ pointer: '/payments/0', detail: 'must be positive' }];
    answer(400, { code: 'validation_failed', detail: 'bad body', errors });
    const failure = client.request({ method: 'PUT', path: '/orders/1', token: 't', body: {} });
    await expect(failure).rejects.toMatchObject({ status: 400, code: 'validation_failed' });
    await expect(failure).rejects.toThrow(/bad body .*payments.*must be positive/);
  });

  it('gives up on a service that stays busy longer than it is willing to wait', async () => {
    answer(503, { code: 'draining' }, { 'retry-after': '60' });
    const failure = client.request({ method: 'GET', path: '/orders', token: 't' });
    await expect(failure).rejects.toBeInstanceOf(ServiceUnavailableError);
  });

  it('takes a request that is still running for too long as a failure of that request alone', async () => {
    answer(409, { code: 'idempotency_in_progress' }, { 'retry-after': '60' });
    const failure = client.request({ method: 'POST', path: '/orders', token: 't', body: {} });
    await expect(failure).rejects.toBeInstanceOf(ProblemError);
  });
});
