import type { Problem, ProblemCode } from './problem-codes.js';

/** An expected failure, named by its stable code. The transports turn it into a problem document. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';

  /**
   * @param detail what is wrong with this request, in a sentence for people
   * @param extensions further members of the problem document, e.g. `allowed` or `short`
   */
  constructor(
    readonly code: ProblemCode,
    detail: string,
    readonly extensions: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail);
  }
}

/** What a service was told by a problem document, as its own failure. */
export function problemError(problem: Problem): ProblemError {
  const { type: _type, status: _status, code, title, detail, instance: _instance, ...extensions } = problem;
  return new ProblemError(code, detail ?? title, extensions);
}
