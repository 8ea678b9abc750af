import type { VisibleEntry } from '../orders/order-reader.js';
import type { TimelineEntryDto } from './dto/timeline.dto.js';

/** An event of an order, field by field; of one that is not the viewer's nothing but its place. */
export function presentEntry(entry: VisibleEntry): TimelineEntryDto {
  if ('hidden' in entry) return { sequence: entry.sequence, hidden: true };
  return {
    sequence: entry.sequence,
    type: entry.type,
    at: entry.at,
    ...(entry.actor === undefined ? {} : { by: entry.actor.kind }),
    ...(entry.vendorId === undefined ? {} : { vendorId: entry.vendorId }),
    ...(entry.status === undefined ? {} : { status: entry.status }),
    ...(entry.data === undefined ? {} : { data: { ...entry.data } }),
  };
}
