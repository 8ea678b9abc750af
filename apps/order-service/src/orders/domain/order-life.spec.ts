import fc from 'fast-check';
import { grandTotal } from './amounts.js';
import { authorizeAll, live, lives, settleAll } from './order-fixtures.spec-support.js';
import { brokenRules, brokenRulesOnceSettled, deepFreeze } from './order-invariants.spec-support.js';
import type { Order } from './order.js';

const check = (before: Order, next: Order): void => {
  expect(brokenRules(deepFreeze(next))).toEqual([]);
  expect(grandTotal(next)).toBe(grandTotal(before));
  expect(before.history.every((entry, index) => next.history[index] === entry)).toBe(true);
};

describe('the life of an order, whatever happens to it', () => {
  it('keeps every rule at every moment, and settles to the cent', () => {
    fc.assert(
      fc.property(lives, (life) => {
        const lived = live(deepFreeze(life), check);
        // Whatever was still open is decided in the end, and the movements of money that follow from it succeed.
        const settled = settleAll(authorizeAll(lived));
        check(lived, settled);
        expect(brokenRulesOnceSettled(settled)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
