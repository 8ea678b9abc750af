interface Results {
  numPassedTests: number;
  numFailedTests: number;
  numRuntimeErrorTestSuites: number;
  testResults?: { name: string; status: string; assertionResults: { status: string }[] }[];
}
type CountTests = (
  results: Results | undefined,
  exitCode: number,
) => { passed: number; failed: number; reason?: string };
type CountByProject = (
  results: Results | undefined,
  exitCode: number,
  projects: string[],
) => { project: string; passed: number; failed: number; reason?: string }[];

describe('counting the results of a test run', () => {
  // The script runs before anything is built and has no types.
  const script = '../../bin/verify.mjs';
  let countTests: CountTests;
  let countByProject: CountByProject;

  beforeAll(async () => {
    const exports = (await import(script)) as { countTests: CountTests; countByProject: CountByProject };
    ({ countTests, countByProject } = exports);
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

  describe('of projects that ran side by side', () => {
    const suite = (name: string, status: string, ...tests: string[]) => ({
      name: `/work/test/${name}`,
      status,
      assertionResults: tests.map((each) => ({ status: each })),
    });
    const results = {
      numPassedTests: 4,
      numFailedTests: 2,
      numRuntimeErrorTestSuites: 1,
      testResults: [
        suite('e2e/orders.e2e-spec.ts', 'failed', 'passed', 'passed', 'failed'),
        suite('browser/ops.browser-spec.ts', 'failed', 'passed', 'passed', 'failed', 'pending'),
        suite('browser/pages.browser-spec.ts', 'failed'),
      ],
    };

    it('gives each project its own, and loses none', () => {
      expect(countByProject(results, 1, ['e2e', 'browser'])).toEqual([
        { project: 'e2e', passed: 2, failed: 1 },
        { project: 'browser', passed: 2, failed: 2 },
      ]);
    });

    it('is the whole where one project ran', () => {
      expect(countByProject(results, 1, ['e2e'])).toEqual([{ project: 'e2e', passed: 4, failed: 3 }]);
    });

    it('counts a run that left no results as one failure', () => {
      expect(countByProject(undefined, 134, ['e2e', 'browser'])).toMatchObject([
        { project: 'e2e', passed: 0, failed: 1, reason: expect.stringContaining('134') },
        { project: 'browser', passed: 0, failed: 0 },
      ]);
    });
  });
});
