import { parseTokenArguments } from './token-arguments.js';

describe('arguments of the token tool', () => {
  it('takes a subject, roles and a vendor', () => {
    const args = ['--sub', 'vera', '--role', 'vendor', '--role', 'customer', '--vendor', 'V1', '--ttl', '30m'];
    expect(parseTokenArguments(args)).toEqual({
      sub: 'vera',
      roles: ['vendor', 'customer'],
      vendorId: 'V1',
      ttlSeconds: 1_800,
    });
  });

  it.each([
    [[], 3_600],
    [['--ttl', '90s'], 90],
    [['--ttl', '1h'], 3_600],
    [['--ttl', '7d'], 604_800],
  ])('reads the time in %j', (ttl, ttlSeconds) => {
    expect(parseTokenArguments(['--sub', 'alice', '--role', 'customer', ...ttl]).ttlSeconds).toBe(ttlSeconds);
  });

  it.each([
    [['--role', 'customer'], '--sub is missing'],
    [['--sub', 'alice'], '--role is missing'],
    [['--sub', 'alice', '--role', 'king'], '--role king does not exist'],
    [['--sub', 'vera', '--role', 'vendor'], '--vendor is missing'],
    [['--sub', 'alice', '--role', 'customer', '--ttl', 'soon'], '--ttl soon is not a time'],
    [['--sub', 'alice', '--role', 'customer', '--rol', 'admin'], "Unknown option '--rol'"],
  ])('refuses %j', (args, message) => {
    expect(() => parseTokenArguments(args)).toThrow(message);
  });
});
