import { lastSequenceOf } from './last-event-id.js';

describe('what a reader has seen last', () => {
  it.each([
    [undefined, undefined],
    ['', undefined],
    ['  ', undefined],
    ['0', 0],
    ['17', 17],
    [' 17 ', 17],
  ])('is read from %p', (given, expected) => {
    expect(lastSequenceOf(given)).toBe(expected);
  });

  it.each(['-1', '1.5', 'abc', '1e3', '9'.repeat(16), '1, 2', 'NaN', '0x10'])('is no id in %p', (given) => {
    expect(() => lastSequenceOf(given)).toThrow(expect.objectContaining({ code: 'validation_failed' }) as Error);
  });
});
