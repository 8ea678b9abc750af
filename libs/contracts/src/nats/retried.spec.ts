import { ProblemError } from '../problem.error.js';
import { retried } from './retried.js';

const how = {
  deadlineMs: 2_000,
  passing: new Set(['overloaded'] as const),
  unanswered: (cause: unknown) => new Error('unanswered', { cause }),
};

/** An attempt that fails with these errors, one after another, and then succeeds. */
function failing(...errors: Error[]): { attempt: () => Promise<string>; attempts: () => number } {
  let attempts = 0;
  return {
    attempt: async () => {
      const error = errors[attempts];
      attempts += 1;
      if (error) throw error;
      return 'done';
    },
    attempts: () => attempts,
  };
}

describe('an attempt', () => {
  it('is repeated after no answer and after what passes by itself', async () => {
    const { attempt, attempts } = failing(new Error('timeout'), new ProblemError('overloaded', 'busy'));
    await expect(retried(attempt, how)).resolves.toBe('done');
    expect(attempts()).toBe(3);
  });

  it('is not repeated after a refusal', async () => {
    const { attempt, attempts } = failing(new ProblemError('not_found', 'no such order'));
    await expect(retried(attempt, how)).rejects.toMatchObject({ code: 'not_found' });
    expect(attempts()).toBe(1);
  });

  it('gives up before its deadline', async () => {
    let began = 0;
    let deadline = 0;
    const always = async (deadlineAt: number): Promise<never> => {
      began = Date.now();
      deadline = deadlineAt;
      throw new Error('timeout');
    };
    await expect(retried(always, { ...how, deadlineMs: 500 })).rejects.toThrow('unanswered');
    expect(began).toBeLessThanOrEqual(deadline);
  });

  it('waits as long as the failure asks for, or gives up at once where that is past the deadline', async () => {
    const { attempt, attempts } = failing(new ProblemError('overloaded', 'busy', { retryAfterSeconds: 60 }));
    await expect(retried(attempt, how)).rejects.toMatchObject({ code: 'overloaded' });
    expect(attempts()).toBe(1);
  });
});
