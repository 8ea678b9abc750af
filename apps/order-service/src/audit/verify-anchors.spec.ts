import { nextAnchor, type AuditAnchor } from '../orders/persistence/audit-anchor.js';
import { AnchorVerifier, type WitnessedAnchor } from './verify-anchors.js';

const SECRET = 'a-secret-of-the-anchors-0123456789';
const AT = new Date('2026-03-01T12:00:00.000Z');

function anchors(secret: string | undefined, count = 4): AuditAnchor[] {
  const made: AuditAnchor[] = [];
  for (let number = 1; number <= count; number += 1) {
    const heads = [{ orderId: `order-${number}`, sequence: number, hash: `hash-${number}` }];
    made.push(nextAnchor(made.at(-1), heads, { at: AT, orderId: `order-${number}` }, AT, secret));
  }
  return structuredClone(made);
}

function findings(stored: readonly AuditAnchor[], secret?: string, witnessed?: WitnessedAnchor): string[] {
  const verifier = new AnchorVerifier(secret, witnessed);
  return [...stored.flatMap((anchor) => verifier.next(anchor)), ...verifier.end()];
}

describe('anchors', () => {
  it.each([undefined, SECRET])('hold as they were made (secret: %s)', (secret) => {
    expect(findings(anchors(secret), secret)).toEqual([]);
    expect(findings([], secret)).toEqual([]);
  });

  it('names one that was edited, although whoever did it has made the others follow from it', () => {
    const forged = anchors(SECRET);
    const edited = { ...forged[1]!, heads: [{ orderId: 'order-2', sequence: 2, hash: 'other' }] };
    // Without the secret a hash can be made, but not this one.
    const remade = nextAnchor(forged[0], edited.heads, edited.reached, AT, undefined);
    expect(findings([forged[0]!, edited, forged[2]!, forged[3]!], SECRET)).toEqual([
      'anchor 2 was edited, or made with another secret',
    ]);
    expect(findings([forged[0]!, remade, forged[2]!, forged[3]!], SECRET)).toEqual([
      'anchor 2 is not keyed, and the one before is',
      'anchor 3 does not follow from the one before: one of the two was replaced',
    ]);
    expect(findings([forged[0]!, { ...remade, isKeyed: true }], SECRET)).toEqual([
      'anchor 2 was edited, or made with another secret',
    ]);
  });

  it('names those that were swapped or removed', () => {
    const [first, second, third, fourth] = anchors(undefined) as [AuditAnchor, AuditAnchor, AuditAnchor, AuditAnchor];
    const swapped = [first, { ...third, number: 2 }, { ...second, number: 3 }, fourth];
    expect(findings(swapped)).toEqual(
      expect.arrayContaining([
        'anchor 2 was edited, or made with another secret',
        'anchor 3 was edited, or made with another secret',
      ]),
    );
    expect(findings([first, third, fourth])).toEqual(['anchor 2 was removed']);
    expect(findings([second, third, fourth])).toEqual(['anchor 1 was removed']);
  });

  it('says that keyed ones cannot be verified without the secret, or with another one', () => {
    expect(findings(anchors(SECRET, 1))).toEqual([
      'anchor 1 is keyed, and AUDIT_ANCHOR_SECRET is not set: it cannot be verified',
    ]);
    expect(findings(anchors(SECRET, 1), `${SECRET}x`)).toEqual(['anchor 1 was edited, or made with another secret']);
  });

  it('may begin without a key', () => {
    const [first] = anchors(undefined, 1) as [AuditAnchor];
    const second = nextAnchor(first, [], first.reached, AT, SECRET);
    expect(findings([first, second], SECRET)).toEqual([]);
  });

  it('are held against what was witnessed: the end that was cut is found, and the chain that was made anew', () => {
    const stored = anchors(undefined);
    const witnessed = { number: 4, hash: stored[3]!.hash };
    expect(findings(stored, undefined, witnessed)).toEqual([]);
    expect(findings(stored.slice(0, 3), undefined, witnessed)).toEqual(['anchor 4 was witnessed, and is not there']);
    const anew = nextAnchor(stored[2], [], stored[2]!.reached, AT, undefined);
    expect(findings([...stored.slice(0, 3), anew], undefined, witnessed)).toEqual([
      'anchor 4 is not the one that was witnessed',
    ]);
  });
});
