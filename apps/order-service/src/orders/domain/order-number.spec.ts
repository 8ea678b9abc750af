import fc from 'fast-check';
import { ORDER_NUMBER_BYTES, orderNumber, parseOrderNumber } from './order-number.js';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const SYMBOLS = 11;

const numbers = fc.uint8Array({ minLength: ORDER_NUMBER_BYTES, maxLength: ORDER_NUMBER_BYTES }).map(orderNumber);
const positions = fc.nat(SYMBOLS - 1);
const bare = (number: string): string => number.replaceAll('-', '');

describe('an order number', () => {
  it('is three groups of symbols that cannot be mistaken for each other', () => {
    fc.assert(
      fc.property(numbers, (number) => {
        expect(number).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{3}$/u);
        expect(parseOrderNumber(number)).toBe(number);
      }),
    );
  });

  it('is known however a person writes it down', () => {
    fc.assert(
      fc.property(numbers, fc.constantFrom('', '-', ' ', ' - '), fc.boolean(), (number, between, letters) => {
        const typed = Array.from(bare(number).toLowerCase()).join(between);
        expect(parseOrderNumber(letters ? typed.replaceAll('0', 'o').replaceAll('1', 'l') : typed)).toBe(number);
        expect(parseOrderNumber(` ${bare(number).replaceAll('1', 'I').replaceAll('0', 'O')}\n`)).toBe(number);
      }),
    );
  });

  it('shows every single wrong symbol', () => {
    fc.assert(
      fc.property(numbers, positions, fc.constantFrom(...Array.from(ALPHABET)), (number, position, symbol) => {
        const symbols = Array.from(bare(number));
        fc.pre(symbols[position] !== symbol);
        expect(parseOrderNumber(symbols.with(position, symbol).join(''))).toBeUndefined();
      }),
      { numRuns: 2_000 },
    );
  });

  it('shows every swap of neighbours, but for 0 and Z', () => {
    fc.assert(
      fc.property(numbers, fc.nat(SYMBOLS - 2), (number, position) => {
        const symbols = Array.from(bare(number));
        const [a = '', b = ''] = symbols.slice(position, position + 2);
        fc.pre(a !== b && [a, b].toSorted().join('') !== '0Z');
        expect(
          parseOrderNumber(
            symbols
              .with(position, b)
              .with(position + 1, a)
              .join(''),
          ),
        ).toBeUndefined();
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    '',
    '0',
    '0000-0000-00',
    '0000-0000-0000',
    'U000-0000-000',
    '0000-0000-00!',
    '０000-0000-000',
    '0000_0000_000',
  ])('cannot be %p', (typed) => {
    expect(parseOrderNumber(typed)).toBeUndefined();
  });

  it('uses all of its randomness', () => {
    const bytes = new Uint8Array(ORDER_NUMBER_BYTES);
    const made = new Set(Array.from(bytes, (_, index) => orderNumber(bytes.with(index, 1))));
    expect(made.size).toBe(ORDER_NUMBER_BYTES);
    expect(() => orderNumber(new Uint8Array(ORDER_NUMBER_BYTES - 1))).toThrow(RangeError);
  });
});
