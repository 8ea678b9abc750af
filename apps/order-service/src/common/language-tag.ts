/** No tag in use is longer (RFC 5646, 4.4.1). */
const MOST_CHARACTERS = 35;

/** A BCP 47 language tag in its canonical form, such as `de-CH`; undefined for whatever is none. */
export function languageTag(text: unknown): string | undefined {
  if (typeof text !== 'string' || text.length > MOST_CHARACTERS) return undefined;
  try {
    return Intl.getCanonicalLocales(text)[0];
  } catch {
    return undefined;
  }
}
