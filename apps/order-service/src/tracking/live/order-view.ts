import type { Scope } from '../../auth/principal.js';
import { lastSequence, type Order } from '../../orders/domain/order.js';
import { presentSummary } from '../../orders/order-summary.presenter.js';
import type { VisibleEntry } from '../../orders/order-reader.js';
import { presentEntry } from '../timeline.presenter.js';

/** How an order is shown to those who watch it, beyond what their scope lets them see of it. */
export interface OrderView {
  /** Views of the same name show the same to readers of the same scope: what is sent is made once for all of them. */
  readonly name: string;
  /** Data of the event `state`. */
  state(order: Order, scope: Scope): object;
  /** Data of an event of the order; undefined shows nothing but its place, as with events of others. */
  entry(entry: VisibleEntry): object | undefined;
  /** Whether `state` comes again after the events of a change, and not only at the beginning. */
  readonly repeatsState: boolean;
}

/** What the routes of orders tell: the order in short, and its events as the timeline has them. */
export const TIMELINE_VIEW: OrderView = {
  name: 'timeline',
  state: (order, scope) => Object.assign(presentSummary(order, scope), { sequence: lastSequence(order) }),
  entry: presentEntry,
  repeatsState: false,
};
