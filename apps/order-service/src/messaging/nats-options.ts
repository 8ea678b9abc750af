import { readFileSync } from 'node:fs';
import {
  credsAuthenticator,
  nkeyAuthenticator,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
  type Authenticator,
} from '@nats-io/nats-core';
import type { NodeConnectionOptions } from '@nats-io/transport-node';
import type { Config } from '../config/config.js';

/** A server that says nothing may be refusing a certificate: the library's 20 s would keep that from being told. */
const CONNECT_TIMEOUT_MS = 5_000;

/** The settings of the environment that say how NATS is reached, for commands that need no others. */
export function natsSettings(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const ours = Object.entries(environment).filter(([name, value]) => name.startsWith('NATS_') && value);
  return Object.fromEntries(ours) as Record<string, string>;
}

/**
 * How a connection to NATS is made: where to, as whom, and over TLS or not. Files are read every time, so that renewed credentials serve the next
 * connection.
 *
 * @param name tells connections apart in what the server shows
 */
export function natsOptions(config: Config, name: string): NodeConnectionOptions {
  const authenticator = authenticatorOf(config);
  const { NATS_TLS, NATS_TLS_CA_FILE: caFile, NATS_TLS_CERT_FILE: certFile, NATS_TLS_KEY_FILE: keyFile } = config;
  const files = { ...(caFile ? { caFile } : {}), ...(certFile ? { certFile } : {}), ...(keyFile ? { keyFile } : {}) };
  return {
    servers: config.NATS_URL.split(',').map((server) => server.trim()),
    name,
    timeout: CONNECT_TIMEOUT_MS,
    inboxPrefix: config.NATS_INBOX_PREFIX,
    ...(authenticator ? { authenticator } : {}),
    // Options of TLS, even none, are taken for the wish to have it.
    ...(NATS_TLS === 'required' || Object.keys(files).length > 0 ? { tls: files } : {}),
  };
}

function authenticatorOf(config: Config): Authenticator | undefined {
  const { NATS_USER, NATS_PASSWORD, NATS_TOKEN, NATS_NKEY_SEED, NATS_CREDS_FILE } = config;
  if (NATS_USER !== undefined) return usernamePasswordAuthenticator(NATS_USER, NATS_PASSWORD);
  if (NATS_TOKEN !== undefined) return tokenAuthenticator(NATS_TOKEN);
  if (NATS_NKEY_SEED !== undefined) return nkeyAuthenticator(new TextEncoder().encode(NATS_NKEY_SEED));
  return NATS_CREDS_FILE === undefined ? undefined : credsAuthenticator(readFileSync(NATS_CREDS_FILE));
}
