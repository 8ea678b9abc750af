import { setImmediate as turn } from 'node:timers/promises';
import { collectGarbageOfStart } from './first-collection.js';

it('collects what nothing holds any more, and leaves no way to do so behind', async () => {
  const left = new WeakRef({ of: 'the start' });
  await turn();
  collectGarbageOfStart();
  expect(left.deref()).toBeUndefined();
  expect('gc' in globalThis).toBe(false);
});
