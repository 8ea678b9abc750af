import { parseArgs } from 'node:util';
import type { TokenSubject } from '../development-tokens.js';

const ROLES = ['customer', 'vendor', 'support', 'admin', 'service'];
const SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 };

export const TOKEN_USAGE = `Usage: npm run -s token -- --sub <user id> --role <role> [--role <role> ...] [--vendor <vendor id>] [--ttl <time>]
  --role    ${ROLES.join(', ')}
  --vendor  the vendor that a user with the role vendor acts for
  --ttl     how long the token is valid: 90s, 30m, 1h (default), 7d
Signed with JWT_SECRET if that is set, else with the development secret.`;

/**
 * Reads the arguments of the token tool.
 *
 * @throws Error that names the fault
 */
export function parseTokenArguments(args: readonly string[]): TokenSubject {
  const { values } = parseArgs({
    args: [...args],
    options: {
      sub: { type: 'string' },
      role: { type: 'string', multiple: true },
      vendor: { type: 'string' },
      ttl: { type: 'string' },
    },
  });
  const roles = values.role ?? [];
  if (!values.sub) throw new Error('--sub is missing');
  if (roles.length === 0) throw new Error('--role is missing');
  const unknown = roles.find((role) => !ROLES.includes(role));
  if (unknown !== undefined) throw new Error(`--role ${unknown} does not exist`);
  if (roles.includes('vendor') && !values.vendor) throw new Error('--vendor is missing: a vendor acts for one');
  return { sub: values.sub, roles, vendorId: values.vendor, ttlSeconds: parseSeconds(values.ttl ?? '1h') };
}

function parseSeconds(text: string): number {
  const [, amount, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  if (amount === undefined) throw new Error(`--ttl ${text} is not a time such as 90s, 30m, 1h or 7d`);
  return Number(amount) * SECONDS[unit as keyof typeof SECONDS];
}
