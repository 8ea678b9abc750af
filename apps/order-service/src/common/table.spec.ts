import { table } from './table.js';

describe('a table', () => {
  it('has texts on the left of their columns, and numbers on the right', () => {
    expect(
      table([
        ['check', 'orders', ''],
        ['money', '7', 'adds up'],
        ['ledger entries', '1234567', 'sum up'],
      ]),
    ).toBe(
      ['check            orders', 'money                 7  adds up', 'ledger entries  1234567  sum up'].join('\n'),
    );
  });

  it('may have a head alone', () => {
    expect(table([['sequence', 'time']])).toBe('sequence  time');
  });
});
