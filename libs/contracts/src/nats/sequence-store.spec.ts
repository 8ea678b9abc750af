import { MemorySequenceStore } from './sequence-store.js';

it('remembers the orders seen last', async () => {
  const store = new MemorySequenceStore(2);
  await store.handled('a', 1);
  await store.handled('b', 1);
  await store.handled('a', 2);
  await store.handled('c', 1);
  await expect(Promise.all(['a', 'b', 'c'].map(async (id) => store.lastOf(id)))).resolves.toEqual([2, undefined, 1]);
});
