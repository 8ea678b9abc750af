import { MOST_REPLY_BYTES } from '@marketplace/contracts';

/** What stands around the items of a page: its cursor, and the envelope of a Nest client. */
const AROUND_ITEMS_BYTES = 1024;

/** As many of a page's items, from its beginning, as a reply over NATS holds: one at least, lest a reader stand still. */
export function fitting<Item>(items: readonly Item[]): Item[] {
  let bytes = AROUND_ITEMS_BYTES;
  const end = items.findIndex((item, index) => {
    bytes += Buffer.byteLength(JSON.stringify(item)) + 1;
    return index > 0 && bytes > MOST_REPLY_BYTES;
  });
  return end === -1 ? [...items] : items.slice(0, end);
}
