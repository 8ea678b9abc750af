import { table } from '../common/table.js';
import type { StoredChain } from './stored-chain.js';
import type { Verified } from './verify.js';

/** Most faulty orders that are printed. */
const MOST_PRINTED = 100;

export function render(verified: Verified, tookMs: number): string {
  const { orders, entries, anchors, faulty, named, anchorFindings, only } = verified;
  const more = named.length - MOST_PRINTED;
  return [
    ...(only ? [chainTable(only), ''] : []),
    ...named
      .slice(0, MOST_PRINTED)
      .flatMap(({ orderId, number, findings }) => [
        number === undefined ? orderId : `${orderId} (${number})`,
        ...findings.map((finding) => `  ${finding}`),
        '',
      ]),
    ...(more > 0 ? [`... and ${more} more orders`, ''] : []),
    ...(anchorFindings.length > 0
      ? ['anchors', ...anchorFindings.slice(0, MOST_PRINTED).map((finding) => `  ${finding}`), '']
      : []),
    `${entries} entries of ${orders} orders and ${anchors} anchors in ${(tookMs / 1000).toFixed(1)} s: ` +
      (faulty === 0 ? 'everything holds.' : `${faulty} faulty.`),
  ].join('\n');
}

function chainTable({ order, entries, salts }: StoredChain): string {
  const types = new Map(order.history.map(({ sequence, type }) => [sequence, type]));
  const known = new Set(salts.map(({ sequence }) => sequence));
  const rows = entries.map(({ sequence, version, at, actor, from, operation, events }) => [
    String(sequence),
    String(version),
    at.toISOString(),
    actor.kind,
    from.transport,
    operation,
    events ? typesOf(types, events.first, events.last) : '',
    known.has(sequence) ? '' : 'forgotten',
  ]);
  return table([['entry', 'version', 'at', 'by', 'from', 'operation', 'events', 'salts'], ...rows]);
}

function typesOf(types: ReadonlyMap<number, string>, first: number, last: number): string {
  const named: string[] = [];
  for (let sequence = first; sequence <= last; sequence += 1) named.push(types.get(sequence) ?? '?');
  return named.join(', ');
}
