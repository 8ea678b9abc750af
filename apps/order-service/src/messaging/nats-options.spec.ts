import 'reflect-metadata';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nkeys } from '@nats-io/nats-core';
import { parseConfig } from '../config/parse-config.js';
import { natsOptions, natsSettings } from './nats-options.js';

const NONCE = 'a nonce of the server';

const optionsOf = (settings: Record<string, string> = {}): ReturnType<typeof natsOptions> =>
  natsOptions(parseConfig({ NODE_ENV: 'test', ...settings }), 'a test');

/** What the connection says of itself to a server that asks with a nonce. */
function shownBy(settings: Record<string, string>): unknown {
  const { authenticator } = optionsOf(settings);
  if (typeof authenticator !== 'function') throw new Error('there is no authenticator');
  return authenticator(NONCE);
}

describe('the options of a connection to NATS', () => {
  it('say where to, under which name, and where replies arrive', () => {
    const options = optionsOf({ NATS_URL: 'nats://one:4222, nats://two:4222', NATS_INBOX_PREFIX: '_INBOX_mine' });
    expect(options).toEqual({
      servers: ['nats://one:4222', 'nats://two:4222'],
      name: 'a test',
      timeout: 5_000,
      inboxPrefix: '_INBOX_mine',
    });
  });

  it('demand TLS where it is required, and where a file for it is named', () => {
    expect(optionsOf().tls).toBeUndefined();
    expect(optionsOf({ NATS_TLS: 'required' }).tls).toEqual({});
    expect(optionsOf({ NATS_TLS_CA_FILE: '/ca.pem' }).tls).toEqual({ caFile: '/ca.pem' });
    const own = { NATS_TLS_CERT_FILE: '/cert.pem', NATS_TLS_KEY_FILE: '/key.pem' };
    expect(optionsOf(own).tls).toEqual({ certFile: '/cert.pem', keyFile: '/key.pem' });
  });

  it('say who connects: a user, a token or the holder of a key', () => {
    expect(optionsOf()).not.toHaveProperty('authenticator');
    expect(shownBy({ NATS_USER: 'me', NATS_PASSWORD: 'secret' })).toEqual({ user: 'me', pass: 'secret' });
    expect(shownBy({ NATS_TOKEN: 'token' })).toEqual({ auth_token: 'token' });
    const pair = nkeys.createUser();
    const shown = shownBy({ NATS_NKEY_SEED: new TextDecoder().decode(pair.getSeed()) });
    expect(shown).toMatchObject({ nkey: pair.getPublicKey(), sig: expect.any(String) as string });
  });

  it('read the file with the credentials anew for every connection', () => {
    const folder = mkdtempSync(join(tmpdir(), 'nats-options-'));
    const file = join(folder, 'user.creds');
    const jwtAfter = (jwt: string): unknown => {
      const seed = new TextDecoder().decode(nkeys.createUser().getSeed());
      const part = (what: string, text: string): string =>
        `-----BEGIN ${what}-----\n${text}\n------END ${what}------\n\n`;
      writeFileSync(file, part('NATS USER JWT', jwt) + part('USER NKEY SEED', seed));
      return shownBy({ NATS_CREDS_FILE: file });
    };
    try {
      expect(jwtAfter('first')).toMatchObject({ jwt: 'first' });
      expect(jwtAfter('renewed')).toMatchObject({ jwt: 'renewed' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('come from the variables of the environment that are about NATS', () => {
    expect(natsSettings({ NATS_URL: 'nats://one', NATS_USER: '', PATH: '/bin', OTHER: undefined })).toEqual({
      NATS_URL: 'nats://one',
    });
  });
});
