import { languageTag } from './language-tag.js';

describe('a language tag', () => {
  it.each([
    ['de', 'de'],
    ['de-ch', 'de-CH'],
    ['ZH-hant-tw', 'zh-Hant-TW'],
    ['es-419', 'es-419'],
    ['de-CH-1996', 'de-CH-1996'],
    ['en-US-u-ca-gregory', 'en-US-u-ca-gregory'],
  ])('%s is kept as %s', (given, canonical) => expect(languageTag(given)).toBe(canonical));

  it.each([
    '',
    '*',
    'd',
    'de_CH',
    'de CH',
    'de-',
    'deutschland',
    `en-${'x'.repeat(40)}`,
    `en-u-${'abcdefgh-'.repeat(4)}abc`,
    7,
    ['de'],
  ])('is not %j', (given) => expect(languageTag(given)).toBeUndefined());
});
