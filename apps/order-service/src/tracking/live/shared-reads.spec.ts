import { SharedReads } from './shared-reads.js';

describe('reads that many share', () => {
  /** Answers when the test says so. */
  const harness = (most: number) => {
    const begun: string[] = [];
    const answers: ((answer: string | Error) => void)[] = [];
    const reads = new SharedReads<string>(async (key) => {
      begun.push(key);
      return new Promise((resolve, reject) => {
        answers.push((answer) => (answer instanceof Error ? reject(answer) : resolve(answer)));
      });
    }, most);
    const settled = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    return { begun, answers, reads, settled };
  };

  it('are one for all who ask before it begins, and another for who asks later: what was written meanwhile must show', async () => {
    const { begun, answers, reads, settled } = harness(8);
    const first = reads.fresh('a');
    expect(begun).toEqual(['a']);
    const later = [reads.fresh('a'), reads.fresh('a'), reads.fresh('a')];
    expect(begun).toEqual(['a']);
    answers[0]?.('old');
    expect(await first).toBe('old');
    await settled();
    expect(begun).toEqual(['a', 'a']);
    answers[1]?.('new');
    expect(await Promise.all(later)).toEqual(['new', 'new', 'new']);
  });

  it('are a bounded number at a time, and the rest take their turn', async () => {
    const { begun, answers, reads, settled } = harness(2);
    const all = ['a', 'b', 'c', 'd'].map(async (key) => reads.fresh(key));
    expect(begun).toEqual(['a', 'b']);
    expect(reads.waiting).toBe(2);
    answers[0]?.('a');
    await settled();
    expect(begun).toEqual(['a', 'b', 'c']);
    answers[1]?.('b');
    answers[2]?.('c');
    await settled();
    answers[3]?.('d');
    expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('fail for all who share them, and not for who asks again', async () => {
    const { answers, reads, settled } = harness(1);
    const first = reads.fresh('a');
    const both = [reads.fresh('a'), reads.fresh('a')];
    answers[0]?.('done');
    await first;
    await settled();
    answers[1]?.(new Error('away'));
    await expect(Promise.allSettled(both)).resolves.toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
    const again = reads.fresh('a');
    answers[2]?.('back');
    expect(await again).toBe('back');
  });
});
