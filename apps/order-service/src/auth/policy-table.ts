import { CALLERS, limitOf, POLICY, reachOf, type Caller, type Operation } from './policy.js';
import type { ServedHandler } from './served-handlers.js';

const TITLES: Readonly<Record<Caller, string>> = {
  customer: 'customer',
  vendor: 'vendor',
  support: 'support',
  admin: 'admin',
  service: 'service',
  'cart-guest': 'cart token',
  'order-guest': 'order token',
  anonymous: 'no token',
};

/** The policy as two tables in Markdown, formatted as the formatter would: who may, and by which routes and subjects. */
export function policyTables(handlers: readonly ServedHandler[]): { callers: string; addresses: string } {
  const operations = Object.keys(POLICY) as Operation[];
  return {
    callers: markdown([
      ['operation', ...CALLERS.map((caller) => TITLES[caller])],
      ...operations.map((operation) => [
        `\`${operation}\``,
        ...CALLERS.map((caller) => reachOf(operation, caller) ?? '-'),
      ]),
    ]),
    addresses: markdown([
      ['operation', 'counts as', 'routes', 'subjects'],
      ...operations.map((operation) => {
        const addresses = handlers.filter((handler) => handler.operation === operation).map(({ address }) => address);
        return [
          `\`${operation}\``,
          limitOf(operation) ?? '-',
          code(addresses.filter(isRoute)),
          code(addresses.filter((address) => !isRoute(address))),
        ];
      }),
    ]),
  };
}

function code(addresses: readonly string[]): string {
  return addresses.map((address) => `\`${address}\``).join(', ');
}

function markdown(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  const widths = head.map((_, column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)));
  const padded = (row: readonly string[]): string => line(row.map((cell, column) => cell.padEnd(widths[column] ?? 0)));
  return [padded(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(padded)].join('\n');
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function isRoute(address: string): boolean {
  return address.includes('/');
}
