import { KeyedQueue } from './keyed-queue.js';

/** A task that shows when it has begun, and ends when it is told to. */
function heldTask(): { task: () => Promise<string>; begun: Promise<void>; end: (error?: Error) => void } {
  let begin!: () => void;
  let end!: (error?: Error) => void;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const ended = new Promise<string>((resolve, reject) => {
    end = (error) => (error ? reject(error) : resolve('done'));
  });
  const task = async (): Promise<string> => {
    begin();
    return ended;
  };
  return { task, begun, end };
}

describe('a queue by key', () => {
  it('runs tasks of one key one after another, in the sequence they came', async () => {
    const queue = new KeyedQueue();
    const trace: string[] = [];
    const task = (name: string) => async (): Promise<string> => {
      trace.push(`${name} begins`);
      await Promise.resolve();
      trace.push(`${name} ends`);
      return name;
    };
    const results = await Promise.all(['a', 'b', 'c'].map(async (name) => queue.run('order-1', task(name))));
    expect(results).toEqual(['a', 'b', 'c']);
    expect(trace).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  it('runs tasks of different keys side by side', async () => {
    const queue = new KeyedQueue();
    const slow = heldTask();
    const waiting = queue.run('order-1', slow.task);
    await slow.begun;
    await expect(queue.run('order-2', async () => Promise.resolve('at once'))).resolves.toBe('at once');
    slow.end();
    await expect(waiting).resolves.toBe('done');
  });

  it('goes on after a task that failed, and tells only its own caller', async () => {
    const queue = new KeyedQueue();
    const first = queue.run('order-1', async () => Promise.reject(new Error('no')));
    const second = queue.run('order-1', async () => Promise.resolve('next'));
    await expect(first).rejects.toThrow('no');
    await expect(second).resolves.toBe('next');
  });

  it('knows which keys are busy, and forgets a key whose tasks are done', async () => {
    const queue = new KeyedQueue();
    const [first, second] = [heldTask(), heldTask()];
    const both = Promise.all([queue.run('order-1', first.task), queue.run('order-1', second.task)]);
    expect([queue.has('order-1'), queue.has('order-2'), queue.size]).toEqual([true, false, 1]);
    first.end();
    await second.begun;
    expect(queue.has('order-1')).toBe(true);
    second.end();
    await both;
    expect([queue.has('order-1'), queue.size]).toEqual([false, 0]);
  });
});
