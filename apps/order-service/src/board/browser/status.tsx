import { toneOf, wordsOf } from './words.js';

export function Status({ of }: { of: string }) {
  return <span class={`badge ${toneOf(of)}`}>{wordsOf(of)}</span>;
}
