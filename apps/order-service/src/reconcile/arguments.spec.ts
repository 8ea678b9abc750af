import { UsageError } from '../common/usage-error.js';
import { parseArguments } from './arguments.js';

describe('the arguments of the reconciliation', () => {
  it('may all be left out', () => {
    expect(parseArguments([])).toEqual({ help: false, graceMs: 60_000, reportFile: undefined });
  });

  it('name a report and a grace period', () => {
    expect(parseArguments(['--report', 'out.json', '--grace-seconds', '0'])).toEqual({
      help: false,
      graceMs: 0,
      reportFile: 'out.json',
    });
  });

  it.each([[['--grace-seconds', '-1']], [['--grace-seconds=x']], [['--report=']], [['--what']], [['more']]])(
    'are refused: %j',
    (args) => {
      expect(() => parseArguments(args)).toThrow(UsageError);
    },
  );
});
