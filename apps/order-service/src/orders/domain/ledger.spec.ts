import fc from 'fast-check';
import { sumOf } from '@marketplace/domain';
import { orderTotals, vendorOrderTotals } from './amounts.js';
import { cancelUnits } from './cancel-units.js';
import { givenBackMinor } from './give-back.js';
import { ledgerOf } from './ledger.js';
import type { Ledger, LedgerEntry, LedgerKind } from './ledger-entry.js';
import {
  after,
  authorizeAll,
  confirmedOrder,
  heldOrder,
  move,
  newOrder,
  quotedLine,
  settle,
  settleAll,
  TIMING,
} from './order-fixtures.spec-support.js';
import { lives } from './order-happenings.spec-support.js';
import { live } from './order-life.spec-support.js';
import type { Order, Tender } from './order.js';
import { abandonOrder, placeOrder } from './place-order.js';
import { recordAuthorization } from './authorize-payment.js';
import { refund } from './refund.js';
import { requestReturn, updateReturn } from './return-units.js';
import { settleOperation } from './settle-operation.js';
import { shipUnits } from './ship-units.js';
import { runTimers } from './timers.js';

const GIVEN = {
  lines: [
    quotedLine({
      sku: 'a',
      quantity: 3,
      amounts: { items: 3_000, shipping: 499, discount: 301, tax: 77 },
      discountFundedBy: 'vendor',
    }),
    quotedLine({ sku: 'b', vendorId: 'vendor-2', quantity: 2 }),
  ],
  tenders: [{ methodToken: 'tok_voucher', amountMinor: 1_700 }, { methodToken: 'tok_visa' }],
};

const BY_CARD = { lines: GIVEN.lines };

/** What the ledger must add up to, from the figures of the order. */
function figuresOf(order: Order, vendorId?: string): Ledger['totals'] {
  const vendorOrders = order.vendorOrders.filter((each) => vendorId === undefined || each.vendorId === vendorId);
  const { grandTotal, cancelled, captured, refunded } = orderTotals(vendorOrders);
  const earned = vendorOrders.map(vendorOrderTotals);
  const held = (figure: (tender: Tender) => number): number =>
    vendorId === undefined ? sumOf(order.payment.tenders, figure) : 0;
  const givenBack = vendorId === undefined ? givenBackMinor(order.payment) : 0;
  return {
    placed: grandTotal,
    cancelled,
    authorized: held((tender) => tender.authorizedMinor),
    voided: held((tender) => tender.voidedMinor),
    captured: captured + givenBack,
    refunded: refunded + givenBack,
    commission: sumOf(earned, ({ commission }) => commission),
    payout: sumOf(earned, ({ payout }) => payout),
  };
}

function check(order: Order): void {
  const whole = ledgerOf(order);
  expect(whole.totals).toEqual(figuresOf(order));
  expect(whole.totals.commission + whole.totals.payout).toBe(whole.totals.captured - whole.totals.refunded);
  expect(whole.entries.map(({ sequence }) => sequence)).toEqual(whole.entries.map((_, index) => index + 1));
  const times = whole.entries.map(({ at }) => at.getTime());
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  for (const { vendorId } of order.vendorOrders) checkPart(order, vendorId);
  for (const tender of order.payment.tenders) checkTender(whole, tender);
  expect(whole.outstanding).toHaveLength(order.payment.operations.filter(({ status }) => status !== 'done').length);
}

function checkPart(order: Order, vendorId: string): void {
  const own = ledgerOf(order, vendorId);
  expect(own.totals).toEqual(figuresOf(order, vendorId));
  expect(own.entries.every((entry) => entry.vendorId === vendorId)).toBe(true);
  expect(own.outstanding.every((operation) => operation.vendorId === vendorId)).toBe(true);
}

function checkTender({ entries }: Ledger, tender: Tender): void {
  const moved = (kind: LedgerKind): number =>
    sumOf(entries, (entry) => (entry.tenderId === tender.id && entry.kind === kind ? entry.amountMinor : 0));
  expect({
    authorizedMinor: moved('authorized'),
    voidedMinor: moved('voided'),
    capturedMinor: moved('captured'),
    refundedMinor: moved('refunded'),
  }).toEqual({
    authorizedMinor: tender.authorizedMinor,
    voidedMinor: tender.voidedMinor,
    capturedMinor: tender.capturedMinor,
    refundedMinor: tender.refundedMinor,
  });
}

const brief = ({ kind, amountMinor, cause }: LedgerEntry): string =>
  [kind, amountMinor, cause.type, cause.id].filter((part) => part !== undefined).join(' ');

describe('the ledger of an order', () => {
  it('adds up to the figures of the order, its parts and its tenders at every moment, whatever happens', () => {
    fc.assert(
      fc.property(lives, (life) => {
        const lived = live(life, (_before, next) => check(next));
        check(settleAll(authorizeAll(lived)));
      }),
      { numRuns: 75 },
    );
  });

  it('tells of a placement what it is made of, and who bears the discount', () => {
    const { entries } = ledgerOf(heldOrder(GIVEN), 'vendor-1');
    expect(entries).toMatchObject([
      { kind: 'placed', component: 'items', amountMinor: 3_000, cause: { type: 'placement' }, figure: 'placed' },
      { kind: 'placed', component: 'discount', amountMinor: -301, fundedBy: 'vendor' },
      { kind: 'placed', component: 'shipping', amountMinor: 499 },
      { kind: 'placed', component: 'tax', amountMinor: 77 },
    ]);
  });

  it('shows a shipment that two tenders pay, the commission growing with what is captured', () => {
    const shipped = shipUnits(confirmedOrder(GIVEN), { vendorId: 'vendor-1' }, {}, after(2));
    const [first] = shipped.payment.operations;
    const begun = first ? settle(shipped, first) : shipped;
    expect(ledgerOf(begun, 'vendor-1').totals).toMatchObject({ captured: 1_700, commission: 140, payout: 1_560 });
    expect(ledgerOf(begun).outstanding).toMatchObject([
      { kind: 'capture', status: 'pending', amountMinor: 1_575, tenderId: 't2', cause: { type: 'shipment', id: 's1' } },
    ]);
    const entries = ledgerOf(settleAll(begun), 'vendor-1').entries.filter(({ figure }) => figure !== 'placed');
    expect(entries.map(brief)).toEqual([
      'captured 1700 shipment s1',
      'commission 140 shipment s1',
      'payout 1560 shipment s1',
      'captured 1575 shipment s1',
      'commission 130 shipment s1',
      'payout 1445 shipment s1',
    ]);
    expect(entries[0]?.idempotencyKey).toBe('order-1:t1:capture:1:1700');
  });

  it('tells at once what a parcel brings that costs nothing, as no capture will tell', () => {
    const free = { items: 2_000, shipping: 0, discount: 2_000, tax: 0 };
    const lines = [
      quotedLine({ sku: 'a' }),
      quotedLine({ sku: 'b', vendorId: 'vendor-2', quantity: 2, amounts: free, discountFundedBy: 'marketplace' }),
    ];
    const shipped = shipUnits(confirmedOrder({ lines }), { vendorId: 'vendor-2' }, {}, after(2));
    check(shipped);
    expect(shipped.payment.operations).toEqual([]);
    const entries = ledgerOf(shipped, 'vendor-2').entries.filter(({ figure }) => figure !== 'placed');
    // What the marketplace bears does not lower its commission, and is settled elsewhere.
    expect(entries.map(brief)).toEqual(['commission 200 shipment s1', 'payout -200 shipment s1']);
  });

  it('names the cancellation, and the closing that gives up what nothing will be shipped for', () => {
    const shipped = settleAll(shipUnits(confirmedOrder(GIVEN), { vendorId: 'vendor-1' }, {}, after(2)));
    const ended = settleAll(cancelUnits(shipped, { vendorId: 'vendor-2' }, { reason: 'late' }, false, after(5)));
    expect(ledgerOf(ended, 'vendor-2').entries.map(brief)).toEqual([
      'placed 2000 placement',
      'cancelled 2000 cancellation c1',
    ]);
    expect(ledgerOf(ended).entries.filter(({ kind }) => kind === 'voided')).toMatchObject([
      { amountMinor: 2_000, tenderId: 't2', cause: { type: 'closing' }, figure: 'voided' },
    ]);
  });

  it('takes back the commission on refunded units, and lets the marketplace bear its own goodwill', () => {
    const shipped = settleAll(shipUnits(confirmedOrder(BY_CARD), { vendorId: 'vendor-2' }, {}, after(2)));
    const back = settleAll(refund(shipped, { items: [{ sku: 'b', quantity: 1 }], reason: 'broken' }, after(5)));
    const given = { amountMinor: 300, fundedBy: 'marketplace' as const, vendorId: 'vendor-2', reason: 'sorry' };
    const entries = ledgerOf(settleAll(refund(back, given, after(6))), 'vendor-2').entries;
    expect(entries.filter(({ cause }) => cause.type === 'refund').map(brief)).toEqual([
      'refunded 1000 refund f1',
      'commission-reversed -100 refund f1',
      'payout-reduced -900 refund f1',
      'refunded 300 refund f2',
      'goodwill -300 refund f2',
    ]);
  });

  it('takes back the commission alone on units whose price was goodwill before', () => {
    const shipped = settleAll(shipUnits(confirmedOrder(BY_CARD), { vendorId: 'vendor-2' }, {}, after(2)));
    const goodwill = { amountMinor: 2_000, vendorId: 'vendor-2', reason: 'sorry' };
    const given = settleAll(refund(shipped, goodwill, after(5)));
    const back = refund(given, { items: [{ sku: 'b', quantity: 2 }], reason: 'broken' }, after(6));
    check(back);
    const entries = ledgerOf(back, 'vendor-2').entries.filter(({ cause }) => cause.id === 'f2');
    expect(entries.map(brief)).toEqual(['commission-reversed -200 refund f2', 'payout-reduced 200 refund f2']);
  });

  it('names the return that a refund belongs to, and what becomes due to the vendor', () => {
    const delivered = settleAll(move(confirmedOrder(BY_CARD), 'shipped', 'delivered'));
    const asked = requestReturn(
      delivered,
      { items: [{ sku: 'b', quantity: 1 }], reason: 'broken' },
      undefined,
      after(5),
    );
    const returned = (['approved', 'received', 'refunded'] as const).reduce(
      (order, status) => updateReturn(order, 'r1', { status }, after(6)) ?? order,
      asked,
    );
    const due = runTimers(settleAll(returned), TIMING, after(7 + TIMING.returnWindowMs / 60_000));
    check(due);
    expect(ledgerOf(due, 'vendor-2').entries.slice(-4)).toMatchObject([
      { kind: 'refunded', amountMinor: 1_000, cause: { type: 'refund', id: 'f1', returnId: 'r1' } },
      { kind: 'commission-reversed', amountMinor: -100, cause: { returnId: 'r1' } },
      { kind: 'payout-reduced', amountMinor: -900, cause: { returnId: 'r1' } },
      { kind: 'payout-eligible', amountMinor: 900, cause: { type: 'delivery' } },
    ]);
  });

  it('shows what fell away with a declined order, and with one that was abandoned', () => {
    const held = heldOrder(GIVEN);
    const begun = recordAuthorization(held, 't1', { status: 'authorized', paymentId: 'pay-t1' }, after(1));
    const declined = settleAll(recordAuthorization(begun, 't2', { status: 'declined' }, after(2)));
    expect(
      ledgerOf(declined)
        .entries.filter(({ figure }) => figure !== 'placed')
        .map(brief),
    ).toEqual([
      'authorized 1700 placement',
      'cancelled 3275 closing payment-declined',
      'cancelled 2000 closing payment-declined',
      'voided 1700 closing',
    ]);
    const abandoned = abandonOrder(placeOrder(newOrder(GIVEN), after(0)), [], after(1));
    expect(ledgerOf(abandoned).totals).toMatchObject({ placed: 5_275, cancelled: 5_275, authorized: 0, voided: 0 });
  });

  it('keeps an operation that failed for good among the outstanding ones', () => {
    const shipped = shipUnits(confirmedOrder(BY_CARD), { vendorId: 'vendor-2' }, {}, after(2));
    const outcome = { status: 'failed', reason: 'account closed', final: true } as const;
    const failed = settleOperation(shipped, 'capture-1', outcome, after(3));
    expect(ledgerOf(failed, 'vendor-2').outstanding).toMatchObject([{ status: 'failed', lastError: 'account closed' }]);
    expect(ledgerOf(failed, 'vendor-1').outstanding).toEqual([]);
  });
});
