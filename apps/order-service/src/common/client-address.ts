import { isIPv6 } from 'node:net';

/** Groups of 16 bits that make up the network of one customer of a provider: within it addresses change at will. */
const NETWORK_GROUPS = 4;
const ALL_GROUPS = 8;

/**
 * What requests without a caller are counted by: the IPv4 address, or the /64 network of an IPv6 one. IPv4 in IPv6 (`::ffff:192.0.2.1`) is the
 * same address.
 */
export function countedAddress(address: string | undefined): string {
  const bare = (address ?? 'unknown').replace(/^::ffff:(?=\d+\.)/iu, '').replace(/%.*$/u, '');
  if (!isIPv6(bare)) return bare;
  const [head = '', tail = ''] = bare.toLowerCase().split('::');
  const [before, after] = [groupsOf(head), groupsOf(tail)];
  const zeros = Array<string>(Math.max(0, ALL_GROUPS - before.length - after.length)).fill('0');
  const groups = [...before, ...zeros, ...after].map((group) => group.replace(/^0+(?=.)/u, ''));
  return `${groups.slice(0, NETWORK_GROUPS).join(':')}::/64`;
}

function groupsOf(text: string): string[] {
  return text === '' ? [] : text.split(':');
}
