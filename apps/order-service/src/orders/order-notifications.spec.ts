import { NOTIFICATION_TEMPLATES } from '@marketplace/contracts';
import fc from 'fast-check';
import { notificationCommands } from '../notifications/notification-commands.js';
import { lives, type Life } from './domain/order-happenings.spec-support.js';
import { live } from './domain/order-life.spec-support.js';
import type { HistoryEntry, Order } from './domain/order.js';

const RUNS = 150;
const ADDRESS = { email: 'alice@example.com', locale: 'de-CH' };

/** Declined payments are rare; here half of the orders that are not paid for at once have one. */
const declined: Life['happenings'][number] = { kind: 'authorization', which: 0, status: 'declined' };
const livesToTell = lives.map((life) =>
  life.isConfirmed || life.happenings.length % 2 === 0 ? life : { ...life, happenings: [declined, ...life.happenings] },
);

/** The commands of an entry as they are sent. */
const sent = (order: Order, entry: HistoryEntry): string =>
  JSON.stringify(notificationCommands({ ...order, ...ADDRESS }, entry));

/** Lives a life, and compares the commands of every entry with what they were when it had just been written. */
function lived(life: Life): { differing: string[]; last: Order } {
  const first = new Map<number, string>();
  const differing: string[] = [];
  const last = live(life, (_, next) => {
    for (const entry of next.history) {
      const command = sent(next, entry);
      const before = first.get(entry.sequence) ?? command;
      first.set(entry.sequence, before);
      if (command !== before) differing.push(`${entry.type}: ${before} became ${command}`);
    }
  });
  return { differing, last };
}

describe('the notifications of an order, whatever happens to it', () => {
  it('come out the same at every later moment, one for each recipient and event, with units that have names', () => {
    const templates = new Set<string>();
    fc.assert(
      fc.property(livesToTell, (life) => {
        const { differing, last } = lived(life);
        expect(differing).toEqual([]);
        const commands = last.history.flatMap((entry) => notificationCommands({ ...last, ...ADDRESS }, entry));
        expect(new Set(commands.map(({ id }) => id)).size).toBe(commands.length);
        for (const { template, data } of commands) {
          templates.add(template);
          if (template === 'tracking-link') throw new Error('it follows from no event');
          const parts = 'vendorOrders' in data ? data.vendorOrders : [data];
          // Goodwill is for no units; everything else is about some.
          const isGoodwill = template === 'refund-issued';
          expect(parts.length).toBeGreaterThan(0);
          for (const { items } of parts) expect(items.length > 0 || isGoodwill).toBe(true);
        }
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
    expect(templates).toEqual(new Set(NOTIFICATION_TEMPLATES.filter((template) => template !== 'tracking-link')));
  });
});
