import fc from 'fast-check';
import type { PaymentEvent, PaymentEventType } from '@marketplace/contracts';
import { isUndecided } from './advance.js';
import { applyPaymentEvent } from './apply-payment-event.js';
import { recordAuthorization } from './authorize-payment.js';
import {
  after,
  authorizeAll,
  confirmedOrder,
  dueOperations,
  heldOrder,
  move,
  refusalOf,
  settleAll,
  tenderOf,
} from './order-fixtures.spec-support.js';
import { lives } from './order-happenings.spec-support.js';
import { brokenRules, brokenRulesOnceSettled } from './order-invariants.spec-support.js';
import { live } from './order-life.spec-support.js';
import type { Order, PaymentOperation, Tender } from './order.js';
import { settleOperation } from './settle-operation.js';

const TWO_CARDS = { tenders: [{ methodToken: 'tok_a', amountMinor: 400 }, { methodToken: 'tok_b' }] };
const WORDS = { capture: 'captured', void: 'voided', refund: 'refunded' } as const;
const CONTEXT = after(9);

function eventOf(order: Order, tender: Tender, key: string, type: PaymentEventType, amount: number): PaymentEvent {
  return {
    id: `${key}:${type}`,
    type,
    orderId: order.id,
    tenderId: tender.id,
    idempotencyKey: key,
    paymentId: `pay-${tender.id}`,
    amount: { amount, currency: order.currency },
    time: CONTEXT.now.toISOString(),
  };
}
const ofTender = (order: Order, tender: Tender, type: PaymentEventType): PaymentEvent =>
  eventOf(order, tender, tender.authorizeKey, type, tender.amountMinor);
const ofOperation = (order: Order, operation: PaymentOperation, amountMinor = operation.amountMinor): PaymentEvent =>
  eventOf(order, tenderOf(order, operation.tenderId), operation.key, WORDS[operation.kind], amountMinor);
const tell = (order: Order, event: PaymentEvent): Order => applyPaymentEvent(order, event, CONTEXT);

describe('an event of the Payment Service', () => {
  it('does what the reply that it stands for would have done, and nothing once that came', () => {
    fc.assert(
      fc.property(lives, (life) => {
        const check = (order: Order): void => {
          for (const tender of order.payment.tenders) {
            const [authorized, declined] = [
              ofTender(order, tender, 'authorized'),
              ofTender(order, tender, 'declined'),
            ] as const;
            if (!isUndecided(tender.status)) {
              expect(tell(order, authorized)).toBe(order);
              expect(tell(order, declined)).toBe(order);
              continue;
            }
            const { paymentId } = authorized;
            const reply = recordAuthorization(order, tender.id, { status: 'authorized', paymentId }, CONTEXT);
            expect(tell(order, authorized)).toEqual(reply);
          }
          const due = new Set(dueOperations(order));
          for (const operation of order.payment.operations) {
            const event = ofOperation(order, operation);
            if (operation.status === 'done') expect(tell(order, event)).toBe(order);
            if (!due.has(operation)) continue;
            const { status, authorizedMinor } = tenderOf(order, operation.tenderId);
            const byKey = operation.kind === 'void' && authorizedMinor === 0 && status !== 'declined';
            const outcome = { status: 'done' as const, ...(byKey ? { authorizedMinor: operation.amountMinor } : {}) };
            expect(tell(order, event)).toEqual(settleOperation(order, operation.id, outcome, CONTEXT));
          }
        };
        live(life, (_before, next) => check(next));
      }),
      { numRuns: 150 },
    );
  });

  it('under the key of an authorization tells of a capture at once: the money is ours', () => {
    const order = heldOrder();
    const captured = ofTender(order, tenderOf(order, 't1'), 'captured');
    expect(tell(order, captured)).toEqual(tell(order, { ...captured, type: 'authorized' }));
    expect(tell(order, captured).status).toBe('confirmed');
    const confirmed = confirmedOrder();
    expect(tell(confirmed, captured)).toBe(confirmed);
  });

  it('of a chargeback is recorded once', () => {
    const order = confirmedOrder();
    const event = { ...ofTender(order, tenderOf(order, 't1'), 'chargeback'), reason: 'fraudulent' };
    const recorded = tell(order, event);
    expect(recorded.history.at(-1)).toMatchObject({ type: 'chargeback', data: { reason: 'fraudulent' } });
    expect(tell(recorded, event)).toBe(recorded);
  });

  const shipped = move(confirmedOrder(), 'shipped');
  const [capture] = shipped.payment.operations as [PaymentOperation];
  const fitting = ofOperation(shipped, capture);

  it.each<[string, Partial<PaymentEvent>, string]>([
    ['an operation that nobody asked for', { idempotencyKey: 'order-1:t1:capture:9' }, 'not_found'],
    ['an operation that was asked to do something else', { type: 'refunded' }, 'not_found'],
    ['an authorization that nobody asked for', { type: 'authorized' }, 'not_found'],
    ['another currency', { amount: { amount: 1_000, currency: 'EUR' } }, 'currency_mismatch'],
    ['another amount', { amount: { amount: 999, currency: 'USD' } }, 'payments_do_not_add_up'],
    [
      'another amount of an authorization',
      {
        type: 'authorized',
        idempotencyKey: tenderOf(shipped, 't1').authorizeKey,
        amount: { amount: 1, currency: 'USD' },
      },
      'payments_do_not_add_up',
    ],
    [
      'the void of an authorization that nobody decided',
      { type: 'voided', idempotencyKey: tenderOf(shipped, 't1').authorizeKey },
      'not_found',
    ],
  ])('that tells of %s is refused', (_, given, code) => {
    expect(tell(shipped, fitting).payment.status).toBe('captured');
    expect(refusalOf(() => tell(shipped, { ...fitting, ...given }))).toMatchObject({ code });
  });
});

describe('words of the Payment Service that come in any order, by reply and by event, several times', () => {
  /** What the Payment Service has decided; the customer cancels at some point or never. */
  const courses = fc.record({
    declines: fc.oneof(
      { weight: 3, arbitrary: fc.constant<readonly string[]>([]) },
      { weight: 1, arbitrary: fc.constant<readonly string[]>(['t2']) },
    ),
    steps: fc.array(
      fc.record({ kind: fc.constantFrom('cancel', 'word', 'word', 'word', 'word'), which: fc.nat(999) }),
      {
        maxLength: 25,
      },
    ),
  });
  type Word = (order: Order) => Order;

  function words(order: Order, declines: readonly string[]): Word[] {
    const ofAuthorizations = order.payment.tenders.flatMap((tender): Word[] => {
      const status = declines.includes(tender.id) ? 'declined' : 'authorized';
      const paymentId = `pay-${tender.id}`;
      return [
        (state) => recordAuthorization(state, tender.id, { status, paymentId }, CONTEXT),
        (state) => tell(state, ofTender(state, tender, status)),
      ];
    });
    const ofOperations = order.payment.operations.flatMap((operation): Word[] => {
      const { amountMinor, id } = tenderOf(order, operation.tenderId);
      const heldMinor = declines.includes(id) ? 0 : amountMinor;
      const outcome = { status: 'done' as const, authorizedMinor: heldMinor };
      return [
        (state) => settleOperation(state, operation.id, outcome, CONTEXT),
        (state) => tell(state, ofOperation(state, operation, heldMinor)),
      ];
    });
    return [...ofAuthorizations, ...ofOperations];
  }

  /** All words until none is news. */
  function allTold(order: Order, declines: readonly string[]): Order {
    const next = words(order, declines).reduce((state, word) => word(state), order);
    return next === order ? order : allTold(next, declines);
  }

  it('come to the same: paid for or given up, and nothing held for an order that has ended', () => {
    const ends = new Set<string>();
    fc.assert(
      fc.property(courses, ({ declines, steps }) => {
        const lived = steps.reduce((order, { kind, which }) => {
          if (kind === 'cancel')
            return order.status === 'cancelled' || order.status === 'payment_failed' ? order : move(order, 'cancelled');
          const all = words(order, declines);
          const next = (all[which % all.length] as Word)(order);
          expect(brokenRules(next)).toEqual([]);
          return next;
        }, heldOrder(TWO_CARDS));
        const told = allTold(lived, declines);
        expect(brokenRulesOnceSettled(told)).toEqual([]);
        const ended = told.status === 'cancelled' || told.status === 'payment_failed';
        for (const tender of told.payment.tenders) {
          const isDeclined = declines.includes(tender.id);
          expect(tender.authorizedMinor - tender.voidedMinor).toBe(ended || isDeclined ? 0 : tender.amountMinor);
          ends.add(`${told.status} ${tender.status}`);
        }
        expect(allTold(told, declines)).toBe(told);
      }),
      { numRuns: 500 },
    );
    expect([...ends].sort()).toEqual([
      'cancelled declined',
      'cancelled voided',
      'confirmed authorized',
      'payment_failed declined',
      'payment_failed voided',
    ]);
  });

  it('leave an order as it is that has been settled before', () => {
    const settled = settleAll(authorizeAll(move(heldOrder(TWO_CARDS), 'cancelled')));
    expect(allTold(settled, [])).toBe(settled);
  });
});
