import { parseArguments } from './arguments.js';
import { UsageError } from '../../../support/program.js';

describe('the command line of the growth benchmark', () => {
  it('goes up to a million orders unless told', () => {
    expect(parseArguments([])).toEqual({
      isHelp: false,
      sizes: [10_000, 100_000, 1_000_000],
      concurrency: 16,
      seconds: 20,
      jsonFile: undefined,
      isWritten: false,
    });
  });

  it('grows from the smallest size, in whatever order they are given', () => {
    expect(parseArguments(['--sizes', '500,100', '--seconds', '3'])).toMatchObject({ sizes: [100, 500], seconds: 3 });
  });

  it.each([
    [['--sizes', '0'], 'sizes'],
    [['--sizes', '10,,20'], 'sizes'],
    [['--sizes', '1e9'], 'sizes'],
    [['--concurrency', '1.5'], 'concurrency'],
    [['--seconds', 'x'], 'seconds'],
    [['--json', ''], 'json'],
    [['more'], 'more'],
  ])('refuses %j', (args, about) => {
    expect(() => parseArguments(args)).toThrow(UsageError);
    expect(() => parseArguments(args)).toThrow(about);
  });
});
