import { array, assert as assertProperty, integer, property } from 'fast-check';
import type { DatasetPayment } from './dataset.js';
import { MAX_TENDERS, paymentsDiffer, planTenders } from './tenders.js';

const payments = (...amounts: number[]): DatasetPayment[] =>
  amounts.map((amountMinor, index) => ({
    sequence: index + 1,
    type: index === 0 ? 'credit_card' : 'voucher',
    amountMinor,
  }));

describe('planTenders', () => {
  it('keeps the split of the data', () => {
    expect(planTenders(payments(5000, 1287), 6287)).toEqual([
      { methodToken: 'tok_credit_card', amountMinor: 5000 },
      { methodToken: 'tok_voucher', amountMinor: 1287 },
    ]);
  });

  it('leaves out payments of nothing', () => {
    expect(planTenders(payments(0, 1000, 0), 1000)).toEqual([{ methodToken: 'tok_voucher', amountMinor: 1000 }]);
  });

  it('lets the last tender take the rest where the sum is too high or too low', () => {
    const fitted = [{ methodToken: 'tok_credit_card', amountMinor: 5012 }, { methodToken: 'tok_voucher' }];
    expect(planTenders(payments(5012, 1287), 6132)).toEqual(fitted);
    expect(planTenders(payments(5012, 1), 6132)).toEqual(fitted);
    expect(planTenders(payments(27034), 23918)).toEqual([{ methodToken: 'tok_credit_card' }]);
  });

  it('drops tenders that would have nothing left to pay', () => {
    expect(planTenders(payments(5000, 5000, 100), 5000)).toEqual([{ methodToken: 'tok_credit_card' }]);
    expect(planTenders(payments(5000, 5000, 100), 5001)).toEqual([
      { methodToken: 'tok_credit_card', amountMinor: 5000 },
      { methodToken: 'tok_voucher' },
    ]);
  });

  it('has one tender where the data has no payment, or only payments of nothing', () => {
    expect(planTenders([], 100)).toEqual([{ methodToken: 'tok_not_defined' }]);
    expect(planTenders(payments(0), 100)).toEqual([{ methodToken: 'tok_credit_card' }]);
  });

  it('pays the total exactly with positive tenders, whatever the data says', () => {
    const amounts = array(integer({ min: 0, max: 100_000 }), { maxLength: 40 });
    assertProperty(
      property(amounts, integer({ min: 1, max: 300_000 }), (values, total) => {
        const tenders = planTenders(payments(...values), total);
        const rest = total - tenders.reduce((sum, tender) => sum + (tender.amountMinor ?? 0), 0);
        const open = tenders.filter((tender) => tender.amountMinor === undefined).length;
        expect(tenders.length).toBeGreaterThan(0);
        expect(tenders.length).toBeLessThanOrEqual(MAX_TENDERS);
        expect(tenders.every((tender) => tender.amountMinor === undefined || tender.amountMinor > 0)).toBe(true);
        expect(open === 1 ? rest > 0 : open === 0 && rest === 0).toBe(true);
      }),
    );
  });
});

describe('paymentsDiffer', () => {
  it('compares to the cent', () => {
    expect(paymentsDiffer(payments(5012, 1287), 6299)).toBe(false);
    expect(paymentsDiffer(payments(5012, 1286), 6299)).toBe(true);
  });
});
