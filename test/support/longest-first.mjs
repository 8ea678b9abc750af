import { basename } from 'node:path';
import Sequencer from '@jest/test-sequencer';

/** The suites that take longest, longest first: whatever begins last should be short, so that all workers end together. */
const LONGEST = [
  'faults.e2e-spec.ts',
  'ops.browser-spec.ts',
  'outages.e2e-spec.ts',
  'checkout-steps.e2e-spec.ts',
  'payment-inbox.e2e-spec.ts',
  'tracking.browser-spec.ts',
  'audit.e2e-spec.ts',
  'after-sales.e2e-spec.ts',
  'order-lists.e2e-spec.ts',
  'cart-depth.e2e-spec.ts',
  'tracking-links.e2e-spec.ts',
  'live.e2e-spec.ts',
  'idempotency.e2e-spec.ts',
  'live-lists.e2e-spec.ts',
  'fuzz.e2e-spec.ts',
];

/** Jest begins with what took longest the last time, which nobody knows in a fresh clone. */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => (LONGEST.includes(basename(path)) ? LONGEST.indexOf(basename(path)) : LONGEST.length);
    return super.sort(tests).toSorted((one, other) => rank(one) - rank(other));
  }
}
