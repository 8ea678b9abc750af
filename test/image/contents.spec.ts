import { findingsOf, RULE_NAMES, type LockedPackages } from './contents.js';

const LOCKED: LockedPackages = {
  'node_modules/pino': {},
  'node_modules/jest': { dev: true },
  'node_modules/@swc/core': { dev: true },
  'node_modules/a/node_modules/b': {},
};

const rulesBrokenBy = (...paths: string[]) => [
  ...new Set(
    findingsOf(
      paths.map((path) => ({ path, bytes: 1 })),
      LOCKED,
    ).map(({ rule }) => rule),
  ),
];

describe('what an image holds', () => {
  it.each([
    ['app/dist/apps/order-service/bundle/main.js'],
    ['app/dist/apps/order-service/bundle/main.js.map'],
    ['app/package.json'],
    ['app/node_modules/pino/package.json'],
    ['app/node_modules/pino/pino.d.ts'],
    ['app/node_modules/pino/test/basic.test.js'],
    ['app/node_modules/a/node_modules/b/package.json'],
    ['app/node_modules/a/fixtures/package.json'],
    ['app/node_modules/.package-lock.json'],
    ['etc/ssl/certs/ca-certificates.crt'],
    ['usr/local/lib/node_modules/npm/package.json'],
  ])('may be %s', (path) => {
    expect(rulesBrokenBy(path)).toEqual([]);
  });

  it.each([
    ['no sources in TypeScript', 'app/apps/order-service/src/main.ts'],
    ['no sources in TypeScript', 'app/dist/apps/order-service/src/main.d.ts'],
    ['no tests', 'app/dist/apps/order-service/src/config/config.spec.js'],
    ['no tests', 'app/dist/test/faults/main.js'],
    ['no tooling', 'app/dist/libs/local-stack/src/index.js'],
    ['no tooling', 'app/dist/apps/marketplace-simulator/bundle/main.js'],
    ['no secrets', 'root/.npmrc'],
    ['no secrets', 'app/.env'],
    ['no secrets', 'app/.env.local'],
    ['no secrets', 'app/keys/signing.pem'],
    ['no secrets', 'home/node/.ssh/id_ed25519'],
    ['no repository', 'app/.git/config'],
    ['no caches of package managers', 'root/.npm/_cacache/index-v5/00/aa'],
    ['no caches of package managers', 'var/cache/apt/archives/curl_8.deb'],
    ['no development dependencies', 'app/node_modules/jest/package.json'],
    ['no development dependencies', 'app/node_modules/@swc/core/package.json'],
    ['no development dependencies', 'app/node_modules/not-in-the-lock-file/package.json'],
  ])('%s, such as %s', (rule, path) => {
    expect(RULE_NAMES).toContain(rule);
    expect(rulesBrokenBy(path)).toEqual([rule]);
  });
});
