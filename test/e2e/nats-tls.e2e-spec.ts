import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  answersOk,
  databaseUri,
  findFreePort,
  startNats,
  startNodeProcess,
  waitUntil,
  type NatsServer,
  type ProcessGroup,
} from '@marketplace/local-stack';
import { connect } from '@nats-io/transport-node';
import selfsigned from 'selfsigned';
import type { Problem } from '../support/client.js';
import { request as ask } from '../support/messages.js';

interface Service {
  process: ProcessGroup;
  baseUrl: string;
}

/** A certificate authority, and a certificate of it for everybody on this machine. */
async function makeCertificates(): Promise<Record<'ca' | 'cert' | 'key', string>> {
  const made = { keyType: 'ec', algorithm: 'sha256' } as const;
  const authority = await selfsigned.generate([{ name: 'commonName', value: 'The authority of a test' }], {
    ...made,
    extensions: [{ name: 'basicConstraints', cA: true, critical: true }],
  });
  const own = await selfsigned.generate([{ name: 'commonName', value: 'localhost' }], {
    ...made,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  });
  return { ca: authority.cert, cert: own.cert, key: own.private };
}

describe('NATS over TLS, where both sides show certificates', () => {
  let folder: string;
  let nats: NatsServer;
  const services: Service[] = [];
  const file = (name: 'ca' | 'cert' | 'key'): string => join(folder, `${name}.pem`);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'marketplace-nats-tls-'));
    const certificates = await makeCertificates();
    for (const name of ['ca', 'cert', 'key'] as const) await writeFile(file(name), certificates[name]);
    const configFile = join(folder, 'nats-server.conf');
    const tls = `cert_file: "${file('cert')}", key_file: "${file('key')}", ca_file: "${file('ca')}", verify: true`;
    await writeFile(configFile, `tls { ${tls} }\n`);
    nats = await startNats({ configFile, log: () => undefined });
  }, 60_000);

  afterAll(async () => {
    await Promise.all(services.map(async ({ process }) => process.stop(5_000)));
    await nats?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function serviceWith(settings: Record<string, string>): Promise<Service> {
    const port = await findFreePort();
    const baseUrl = `http://127.0.0.1:${port}`;
    const process_ = await startNodeProcess({
      name: 'The service',
      script: resolve('dist/apps/order-service/bundle/main.js'),
      env: {
        NODE_ENV: 'test',
        HOST: '127.0.0.1',
        PORT: String(port),
        MONGODB_URI: databaseUri(process.env.TEST_MONGODB_URI ?? '', 'test_nats_tls'),
        NATS_URL: nats.url,
        ...settings,
      },
      logFile: join(folder, `service-${port}.log`),
      isReady: answersOk(`${baseUrl}/health/live`),
    });
    services.push({ process: process_, baseUrl });
    return { process: process_, baseUrl };
  }

  const isConnected = async ({ baseUrl }: Service): Promise<boolean> => {
    const health = (await (await fetch(`${baseUrl}/health/ready`)).json()) as {
      details: { nats: { status: string } };
    };
    return health.details.nats.status === 'up';
  };

  it.concurrent('is what the service speaks: it connects, and answers there', async () => {
    const files = { NATS_TLS_CA_FILE: file('ca'), NATS_TLS_CERT_FILE: file('cert'), NATS_TLS_KEY_FILE: file('key') };
    const service = await serviceWith({ NATS_TLS: 'required', ...files });
    await waitUntil('the service is connected', async () => isConnected(service));
    const tls = { caFile: file('ca'), certFile: file('cert'), keyFile: file('key') };
    const connection = await connect({ servers: nats.url, tls });
    try {
      const answer = await waitUntil('the service answers', async () =>
        ask<{ error: Problem }>(connection, 'orders.get', { orderId: 'x' }).catch(() => undefined),
      );
      expect(answer.body.error).toMatchObject({ code: 'unauthenticated' });
    } finally {
      await connection.close();
    }
  });

  it.concurrent.each([
    [
      'of an authority that it does not know',
      () => ({ NATS_TLS_CERT_FILE: file('cert'), NATS_TLS_KEY_FILE: file('key') }),
    ],
    ['that asks for a certificate, where it has none', () => ({ NATS_TLS_CA_FILE: file('ca') })],
  ])('is refused with a server %s', async (_, settings) => {
    const service = await serviceWith(settings());
    await waitUntil('the service has been refused', () => service.process.hasWritten('NATS cannot be reached'));
    expect(await isConnected(service)).toBe(false);
  });
});
