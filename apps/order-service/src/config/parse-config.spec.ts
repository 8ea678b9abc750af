import 'reflect-metadata';
import { generateKeyPairSync } from 'node:crypto';
import { ConfigError, parseConfig } from './parse-config.js';

const LONG = 'x'.repeat(32);
const KEYS = generateKeyPairSync('ed25519');
const PUBLIC_KEY = KEYS.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const PRIVATE_KEY = KEYS.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const PRODUCTION = {
  NODE_ENV: 'production',
  MONGODB_URI: 'mongodb://db-0,db-1,db-2/orders?replicaSet=rs0',
  NATS_URL: 'nats://nats-0:4222,nats://nats-1:4222',
  JWT_JWKS_URL: 'https://id.example/jwks.json',
  GUEST_TOKEN_SECRET: LONG,
  PUBLIC_BASE_URL: 'https://orders.example',
};

function faultsOf(environment: Record<string, string>): string[] {
  try {
    parseConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return [...error.faults];
    throw error;
  }
}

describe('the configuration', () => {
  it('has a default for everything but keys', () => {
    expect(parseConfig({})).toMatchObject({
      NODE_ENV: 'development',
      PORT: 3000,
      JWT_ISSUER: 'marketplace-development',
      JWT_AUDIENCE: 'order-service',
      JWT_ALGORITHM: 'RS256',
      DEFAULT_CURRENCY: 'USD',
      DOCS_ENABLED: true,
    });
    expect(parseConfig({}).JWT_SECRET).toBeUndefined();
    expect(parseConfig({}).GUEST_TOKEN_SECRET).toBeUndefined();
  });

  it('is read from the environment: numbers, flags and addresses', () => {
    const config = parseConfig({ PORT: '0', PAYMENT_WAIT_MS: '250', DOCS_ENABLED: 'false', JWT_SECRET: LONG });
    expect(config).toMatchObject({ PORT: 0, PAYMENT_WAIT_MS: 250, DOCS_ENABLED: false, JWT_SECRET: LONG });
  });

  it('takes an empty variable for one that is not set, and ignores those of others', () => {
    const config = parseConfig({ PORT: '', JWT_SECRET: '', HOME: '/root', constructor: 'x' });
    expect(config.PORT).toBe(3000);
    expect(config.JWT_SECRET).toBeUndefined();
    expect(config).not.toHaveProperty('HOME');
  });

  it.each([
    'mongodb://localhost:27017/orders?replicaSet=rs0',
    'mongodb://user:p%40ss@db-0.db:27017,db-1.db:27017,db-2.db:27017/orders?replicaSet=rs0&tls=true',
    'mongodb+srv://cluster.example/orders',
  ])('takes a database named %s', (uri) => {
    expect(parseConfig({ MONGODB_URI: uri }).MONGODB_URI).toBe(uri);
  });

  it('gives links to this computer unless told where people reach it', () => {
    expect(parseConfig({ PORT: '4000' }).publicBaseUrl).toBe('http://localhost:4000');
    expect(parseConfig({ PUBLIC_BASE_URL: 'https://orders.example' }).publicBaseUrl).toBe('https://orders.example');
  });

  it('cannot be changed afterwards', () => {
    expect(Object.isFrozen(parseConfig({}))).toBe(true);
  });

  it.each([
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', 'http'],
    ['PORT', '3000.5'],
    ['NODE_ENV', 'staging'],
    ['LOG_LEVEL', 'loud'],
    ['MONGODB_URI', 'localhost:27017'],
    ['MONGODB_URI', 'http://localhost:27017'],
    ['MONGODB_URI', 'mongodb://'],
    ['MONGODB_POOL_SIZE', '0'],
    ['JWT_SECRET', 'short'],
    ['GUEST_TOKEN_SECRET', 'short'],
    ['JWT_ALGORITHM', 'none'],
    ['JWT_ALGORITHM', 'HS256'],
    ['JWT_JWKS_URL', 'not an address'],
    ['DEFAULT_CURRENCY', 'DOLLAR'],
    ['PUBLIC_BASE_URL', 'orders.example'],
    ['PUBLIC_BASE_URL', 'https://orders.example/'],
    ['PUBLIC_BASE_URL', 'https://orders.example/shop'],
    ['PUBLIC_BASE_URL', 'https://user:pass@orders.example'],
    ['PUBLIC_BASE_URL', 'javascript:alert(1)'],
    ['PAYMENT_TIMEOUT_MS', '1'],
    ['PAYMENT_WAIT_MS', 'soon'],
    ['CART_LIFETIME_DAYS', '0'],
    ['DOCS_ENABLED', 'maybe'],
    ['CONFIG_DEFAULTS', 'yes'],
  ])('%s cannot be %p', (name, value) => {
    const faults = faultsOf({ [name]: value });
    expect(faults.length).toBeGreaterThan(0);
    expect(faults.every((fault) => fault.startsWith(name))).toBe(true);
  });

  it('tells all of its faults at once, a line each, and no secret', () => {
    const environment = { PORT: 'x', LOG_LEVEL: 'y', JWT_SECRET: 'hunter2' };
    expect(new Set(faultsOf(environment).map((fault) => fault.split(' ')[0]))).toEqual(
      new Set(['PORT', 'LOG_LEVEL', 'JWT_SECRET']),
    );
    expect(() => parseConfig(environment)).toThrow(/^The configuration is not usable:\n {2}- /u);
    expect(faultsOf(environment).join('\n')).not.toContain('hunter2');
  });
});

describe('the configuration in production', () => {
  it('is taken when every address and key is given', () => {
    expect(faultsOf(PRODUCTION)).toEqual([]);
  });

  it.each(['MONGODB_URI', 'NATS_URL', 'GUEST_TOKEN_SECRET', 'PUBLIC_BASE_URL'])('demands %s', (name) => {
    expect(faultsOf({ ...PRODUCTION, [name]: '' })).toEqual([`${name} is not set`]);
  });

  it("demands a key for callers' tokens, of any kind", () => {
    const { JWT_JWKS_URL: _none, ...rest } = PRODUCTION;
    expect(faultsOf(rest)).toEqual([expect.stringContaining("no key for callers' tokens")]);
    expect(faultsOf({ ...rest, JWT_PUBLIC_KEY: PUBLIC_KEY, JWT_ALGORITHM: 'EdDSA' })).toEqual([]);
    expect(faultsOf({ ...rest, JWT_PUBLIC_KEY: 'pem' })).toEqual(['JWT_PUBLIC_KEY is no public key in PEM']);
  });

  it('takes no secret for tokens that whoever knows it could make, beside a key or instead of one', () => {
    const refused = [expect.stringContaining('JWT_SECRET is for development')];
    expect(faultsOf({ ...PRODUCTION, JWT_SECRET: LONG })).toEqual(refused);
    expect(faultsOf({ NODE_ENV: 'production', CONFIG_DEFAULTS: 'allowed', JWT_SECRET: LONG })).toEqual(refused);
    expect(faultsOf({ JWT_SECRET: LONG })).toEqual([]);
  });

  it('limits callers unless told otherwise; elsewhere nobody should notice', () => {
    expect(parseConfig(PRODUCTION)).toMatchObject({ RATE_LIMIT_CREATIONS: 300, RATE_LIMIT_READS: 3_000 });
    expect(parseConfig({ ...PRODUCTION, RATE_LIMIT_READS: '0' }).RATE_LIMIT_READS).toBe(0);
    expect(parseConfig({}).RATE_LIMIT_CREATIONS).toBe(1_000_000);
  });

  it.each(['GUEST_TOKEN_SECRET', 'GUEST_TOKEN_PREVIOUS_SECRET'])(
    'refuses a development %s, defaults or not',
    (name) => {
      const secret = { [name]: `development-${LONG}` };
      expect(faultsOf({ ...PRODUCTION, ...secret })).toEqual([`${name} is a development secret`]);
      expect(faultsOf({ NODE_ENV: 'production', CONFIG_DEFAULTS: 'allowed', ...secret })).toEqual([
        `${name} is a development secret`,
      ]);
      expect(faultsOf(secret)).toEqual([]);
    },
  );

  it('may run on defaults when told so: without keys it then takes no token', () => {
    expect(parseConfig({ NODE_ENV: 'production', CONFIG_DEFAULTS: 'allowed' }).JWT_SECRET).toBeUndefined();
  });
});

describe('settings that belong together', () => {
  it.each<[string, Record<string, string>, string[]]>([
    ['a key of another type', { JWT_PUBLIC_KEY: PUBLIC_KEY }, ['JWT_PUBLIC_KEY is no key for JWT_ALGORITHM=RS256']],
    ['two algorithms for one key', { JWT_PUBLIC_KEY: PUBLIC_KEY, JWT_ALGORITHM: 'EdDSA,RS256' }, [expect.any(String)]],
    [
      'a private key',
      { JWT_PUBLIC_KEY: PRIVATE_KEY, JWT_ALGORITHM: 'EdDSA' },
      ['JWT_PUBLIC_KEY is no public key in PEM'],
    ],
    ['the algorithm none', { JWT_ALGORITHM: 'none' }, [expect.stringContaining('JWT_ALGORITHM')]],
    [
      'a shared secret among the algorithms',
      { JWT_ALGORITHM: 'RS256,HS256' },
      [expect.stringContaining('JWT_ALGORITHM')],
    ],
    ['a key set in a file', { JWT_JWKS_URL: 'file:///etc/keys.json' }, [expect.stringContaining('JWT_JWKS_URL')]],
    ['a user without a password', { NATS_USER: 'x' }, ['NATS_USER and NATS_PASSWORD belong together']],
    ['two ways to be known', { NATS_TOKEN: 'x', NATS_CREDS_FILE: 'y' }, [expect.stringContaining('NATS_CREDS_FILE')]],
    ['a certificate without its key', { NATS_TLS_CERT_FILE: 'x' }, [expect.stringContaining('belong together')]],
    ['proxies everywhere', { TRUSTED_PROXIES: '0.0.0.0/0' }, [expect.stringContaining('TRUSTED_PROXIES')]],
    ['proxies by number', { TRUSTED_PROXIES: '1' }, [expect.stringContaining('TRUSTED_PROXIES')]],
    ['any origin', { CORS_ORIGINS: '*' }, [expect.stringContaining('CORS_ORIGINS')]],
    ['an origin with a path', { CORS_ORIGINS: 'https://shop.example/' }, [expect.stringContaining('CORS_ORIGINS')]],
  ])('refuses %s', (_, environment, faults) => {
    expect(faultsOf(environment)).toEqual(faults);
  });

  it('takes lists', () => {
    const environment = {
      TRUSTED_PROXIES: 'loopback, 10.0.0.0/8,fd00::/8',
      CORS_ORIGINS: 'https://shop.example,http://localhost:8080',
      JWT_ALGORITHM: 'RS256,ES256',
    };
    expect(parseConfig(environment)).toMatchObject({
      TRUSTED_PROXIES: ['loopback', '10.0.0.0/8', 'fd00::/8'],
      CORS_ORIGINS: ['https://shop.example', 'http://localhost:8080'],
    });
  });
});
