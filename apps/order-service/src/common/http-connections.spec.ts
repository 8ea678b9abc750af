import { createServer, request, Agent, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { within } from './deadline.js';
import { HttpConnections } from './http-connections.js';

const SOON_MS = 3_000;

describe('the connections of a server that closes', () => {
  let server: Server;
  let connections: HttpConnections;
  let waiting: ServerResponse[];
  const clients: Socket[] = [];
  const agent = new Agent({ keepAlive: true });

  beforeEach(async () => {
    waiting = [];
    server = createServer((asked, response) => {
      if (asked.url === '/slow') waiting.push(response);
      else response.end('done');
    });
    connections = new HttpConnections(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(() => {
    for (const client of clients.splice(0)) client.destroy();
    agent.destroy();
    connections.cut();
    server.close();
  });

  const port = (): number => (server.address() as AddressInfo).port;
  const rawConnection = async (): Promise<Socket> => {
    const arrived = once(server, 'connection');
    const client = connect(port(), '127.0.0.1');
    client.on('error', () => undefined);
    clients.push(client);
    await Promise.all([once(client, 'connect'), arrived]);
    return client;
  };
  const ask = async (path: string): Promise<string> =>
    new Promise((resolve, reject) => {
      request({ port: port(), host: '127.0.0.1', path, agent }, (reply) => {
        let text = '';
        reply.on('data', (chunk: Buffer) => (text += chunk.toString()));
        reply.on('end', () => resolve(text));
      })
        .on('error', reject)
        .end();
    });
  const closed = async (): Promise<boolean> => {
    const ending = new Promise<true>((resolve) => server.close(() => resolve(true)));
    connections.endIdle();
    return (await within(SOON_MS, ending)) ?? false;
  };

  it('end when they never had a request', async () => {
    await rawConnection();
    expect(connections.size).toBe(1);
    expect(await closed()).toBe(true);
  });

  it('end when they are kept alive and have no request under way', async () => {
    expect(await ask('/')).toBe('done');
    expect(await closed()).toBe(true);
  });

  it('end when half of a request is all that came', async () => {
    const client = await rawConnection();
    client.write('GET / HTTP/1.1\r\nHost: x\r\n');
    expect(await closed()).toBe(true);
  });

  it('still give the reply to a request that is under way, and end then', async () => {
    const arrived = once(server, 'request');
    const reply = ask('/slow');
    await arrived;
    const ending = closed();
    waiting[0]?.end('at last');
    expect(await reply).toBe('at last');
    expect(await ending).toBe(true);
  });

  it('are cut when there is no more time', async () => {
    const arrived = once(server, 'request');
    const reply = ask('/slow').catch((error: Error) => error.message);
    await arrived;
    const ending = closed();
    connections.cut();
    expect(await reply).toBe('socket hang up');
    expect(await ending).toBe(true);
  });
});
