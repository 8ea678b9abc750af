import type { OrderView } from '../live/order-view.js';
import { trackingSnapshot } from './tracking-snapshot.js';

/** What those who watch the page of an order are shown: what the page shows, anew after every change, and nothing of the events. */
export const TRACKING_VIEW: OrderView = {
  name: 'tracking',
  state: (order) => trackingSnapshot(order),
  entry: () => undefined,
  repeatsState: true,
};
