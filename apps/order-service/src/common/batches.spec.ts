import { AsyncLocalStorage } from 'node:async_hooks';
import { jest } from '@jest/globals';
import { Batches } from './batches.js';

describe('Batches', () => {
  const begun: string[][] = [];
  let ends: (() => void)[] = [];
  /** Runs until the test ends it. */
  const held = async (items: readonly string[]): Promise<string[]> => {
    begun.push([...items]);
    await new Promise<void>((resolve) => ends.push(resolve));
    return items.map((item) => item.toUpperCase());
  };

  beforeEach(() => {
    // How long a batch keeps the next one waiting is up to the tests.
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    begun.length = 0;
    ends = [];
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('answers each caller of a turn of the event loop with its own result, out of one batch', async () => {
    const batches = new Batches<string, string>(10, async (items) => {
      begun.push([...items]);
      return items.map((item) => item.toUpperCase());
    });
    expect(await Promise.all(['a', 'b', 'c'].map(async (item) => batches.add(item)))).toEqual(['A', 'B', 'C']);
    expect(begun).toEqual([['a', 'b', 'c']]);
  });

  it('gathers what comes while a batch is under way, and never adds to that batch', async () => {
    const batches = new Batches(10, held);
    const first = batches.add('a');
    await turn();
    const others = [batches.add('b'), batches.add('c')];
    await turn();
    expect(begun).toEqual([['a']]);
    ends[0]?.();
    expect(await first).toBe('A');
    await turn();
    expect(begun).toEqual([['a'], ['b', 'c']]);
    ends[1]?.();
    expect(await Promise.all(others)).toEqual(['B', 'C']);
  });

  it('holds no more than it may', async () => {
    const batches = new Batches<string, string>(2, async (items) => {
      begun.push([...items]);
      return [...items];
    });
    await Promise.all(['a', 'b', 'c', 'd', 'e'].map(async (item) => batches.add(item)));
    expect(begun).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  });

  it('waits for a batch that hangs no longer than a moment', async () => {
    const batches = new Batches(10, held);
    const hanging = batches.add('a');
    await turn();
    const next = batches.add('b');
    await turn();
    expect(begun).toEqual([['a']]);
    jest.advanceTimersByTime(1);
    ends[1]?.();
    expect(await next).toBe('B');
    // The end of the one that hung must not let a third begin beside a second.
    const third = batches.add('c');
    await turn();
    const fourth = batches.add('d');
    ends[0]?.();
    expect(await hanging).toBe('A');
    await turn();
    expect(begun).toEqual([['a'], ['b'], ['c']]);
    ends[2]?.();
    await third;
    await turn();
    ends[3]?.();
    expect(await fourth).toBe('D');
  });

  it('fails all callers of a batch that fails as a whole, and goes on with the next', async () => {
    let calls = 0;
    const batches = new Batches<string, string>(2, async (items) => {
      calls += 1;
      if (calls === 1) throw new Error('connection closed');
      return [...items];
    });
    const settled = await Promise.allSettled(['a', 'b', 'c'].map(async (item) => batches.add(item)));
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
  });

  it('answers one caller later, or not at all, without the others', async () => {
    const batches = new Batches<string, string>(10, async (items) =>
      items.map(async (item) => {
        if (item === 'refused') throw new Error('refused');
        return item;
      }),
    );
    const settled = await Promise.allSettled(['a', 'refused', 'c'].map(async (item) => batches.add(item)));
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('works in the context of the first caller of a batch, also where another batch comes before', async () => {
    const contexts = new AsyncLocalStorage<string>();
    const seen: (string | undefined)[] = [];
    const batches = new Batches<string, string>(10, async (items) => {
      seen.push(contexts.getStore());
      await turn();
      return [...items];
    });
    const asked = ['a', 'b'].map(async (item) => contexts.run(`of ${item}`, async () => batches.add(item)));
    await turn();
    asked.push(contexts.run('of c', async () => batches.add('c')));
    await Promise.all(asked);
    expect(seen).toEqual(['of a', 'of c']);
  });
});

async function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
