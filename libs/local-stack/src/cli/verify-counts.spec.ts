interface Results {
  numPassedTests: number;
  numFailedTests: number;
  numRuntimeErrorTestSuites: number;
}
type CountTests = (
  results: Results | undefined,
  exitCode: number,
) => { passed: number; failed: number; reason?: string };

describe('counting the results of a test run', () => {
  // The script runs before anything is built and has no types.
  const script = '../../bin/verify.mjs';
  let countTests: CountTests;

  beforeAll(async () => {
    ({ countTests } = (await import(script)) as { countTests: CountTests });
  });

  it.each([
    ['all passed', [12, 0, 0], 0, [12, 0]],
    ['some failed', [10, 2, 0], 1, [10, 2]],
    ['a suite could not run', [10, 0, 1], 1, [10, 1]],
    ['no test was found', [0, 0, 0], 1, [0, 1]],
  ])('%s', (_, [passed = 0, failed = 0, broken = 0], exitCode, expected) => {
    const results = { numPassedTests: passed, numFailedTests: failed, numRuntimeErrorTestSuites: broken };
    const counts = countTests(results, exitCode);
    expect([counts.passed, counts.failed]).toEqual(expected);
  });

  it('counts a run that left no results as one failure', () => {
    expect(countTests(undefined, 134)).toMatchObject({ passed: 0, failed: 1, reason: expect.stringContaining('134') });
  });
});
