import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveAddresses, resolveNatsUrl } from './addresses.js';
import { UsageError } from './usage-error.js';

const OF_STACK = { mongodbUri: 'mongodb://127.0.0.1:1/orders', natsUrl: 'nats://127.0.0.1:2' };
const GIVEN = { MONGODB_URI: 'mongodb://db/orders', NATS_URL: 'nats://nats:4222' };

describe('the addresses of a command', () => {
  let folder: string;
  let stack: string;
  let nothing: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'marketplace-addresses-'));
    [stack, nothing] = [join(folder, 'stack.json'), join(folder, 'none.json')];
    writeFileSync(stack, JSON.stringify({ ...OF_STACK, httpUrl: 'http://127.0.0.1:3' }));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('are those of the environment, or else those of the stack that runs here', () => {
    expect(resolveAddresses(GIVEN, stack)).toEqual({ mongodbUri: GIVEN.MONGODB_URI, natsUrl: GIVEN.NATS_URL });
    expect(resolveAddresses({}, stack)).toEqual(OF_STACK);
    expect(resolveNatsUrl(GIVEN, stack)).toBe(GIVEN.NATS_URL);
    expect(resolveNatsUrl({ MONGODB_URI: GIVEN.MONGODB_URI, NATS_URL: '' }, stack)).toBe(OF_STACK.natsUrl);
  });

  it('are refused when they are not there, or could be of two stacks', () => {
    expect(() => resolveAddresses({ NATS_URL: GIVEN.NATS_URL }, stack)).toThrow(UsageError);
    expect(() => resolveAddresses({}, nothing)).toThrow(UsageError);
    expect(() => resolveNatsUrl({}, nothing)).toThrow(UsageError);
    writeFileSync(nothing, '{}');
    expect(() => resolveNatsUrl({}, nothing)).toThrow(UsageError);
  });
});
