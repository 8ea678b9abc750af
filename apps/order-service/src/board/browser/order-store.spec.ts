import { jest } from '@jest/globals';
import { ApiError, type Api } from './api.js';
import { OrderStore } from './order-store.js';

describe('an order that cannot be read', () => {
  let asked: number;
  let fail: () => void;

  const away = {
    get: async () =>
      new Promise((_, reject) => {
        asked += 1;
        fail = () => reject(new ApiError({ status: 0, title: 'away' }));
      }),
  } as unknown as Api;
  const afterRetry = async (): Promise<number> => {
    await jest.advanceTimersByTimeAsync(10_000);
    return asked;
  };

  beforeEach(() => {
    jest.useFakeTimers();
    asked = 0;
  });

  afterEach(() => jest.useRealTimers());

  it.each([
    ['is read again after a while', false],
    ['is left alone once nobody looks at it any more', true],
  ])('%s', async (_, isStopped) => {
    const store = new OrderStore('o1', away, () => undefined);
    void store.load();
    const atFirst = asked;
    if (isStopped) store.stop();
    fail();
    expect((await afterRetry()) > atFirst).toBe(!isStopped);
  });
});
