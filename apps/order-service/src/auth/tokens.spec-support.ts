import 'reflect-metadata';
import { SignJWT, type CryptoKey, type JWTPayload } from 'jose';
import type { Config } from '../config/config.js';
import { parseConfig } from '../config/parse-config.js';

export const SECRET = 'a-shared-secret-of-the-specs-32-bytes-long';
export const GUEST_SECRET = 'another-secret-for-the-guests-of-the-specs';

export function configOf(environment: Record<string, string>): Config {
  return parseConfig({ NODE_ENV: 'test', ...environment });
}

export function keyOf(secret: string): Uint8Array {
  return new TextEncoder().encode(secret);
}

/** A token of alice, a customer, good for an hour, unless told otherwise. */
export async function signed(
  claims: JWTPayload,
  key: CryptoKey | Uint8Array = keyOf(SECRET),
  alg = 'HS256',
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const usual = {
    sub: 'alice',
    roles: ['customer'],
    iss: 'marketplace-development',
    aud: 'order-service',
    exp: now + 3600,
  };
  const payload = Object.fromEntries(
    Object.entries({ ...usual, ...claims }).filter(([, value]) => value !== undefined),
  );
  return new SignJWT(payload).setProtectedHeader({ alg }).sign(key);
}

export const unauthenticated = (about: string): unknown =>
  expect.objectContaining({ code: 'unauthenticated', message: expect.stringContaining(about) });
