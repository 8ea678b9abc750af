import type { AbandonReason, CartEventType } from '@marketplace/contracts';
import { totalDue } from '@marketplace/domain';
import type { QuotedLine } from '../../catalog-client/quoted-line.js';

/** An event that waits to be published. It says by itself what it was about: the cart may have changed again since. */
export interface WaitingEvent {
  readonly type: CartEventType;
  /** The version that the change made. */
  readonly version: number;
  readonly at: Date;
  readonly vendorIds: readonly string[];
  readonly totalMinor: number;
  readonly orderId?: string;
  readonly mergedInto?: string;
  readonly reason?: AbandonReason;
}

type Occasion =
  | { readonly type: 'ordered'; readonly orderId: string }
  | { readonly type: 'merged'; readonly mergedInto: string }
  | { readonly type: 'abandoned'; readonly reason: AbandonReason };

/** The event of a change of this cart: of the write that makes its next version. */
export function waitingEvent(
  cart: { readonly lines: readonly QuotedLine[]; readonly version: number },
  occasion: Occasion,
  now: Date,
): WaitingEvent {
  return {
    ...occasion,
    version: cart.version + 1,
    at: now,
    vendorIds: [...new Set(cart.lines.map((line) => line.vendorId))],
    totalMinor: totalDue(cart.lines, (line) => line.amounts),
  };
}
