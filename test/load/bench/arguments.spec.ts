import { parseArguments } from './arguments.js';
import { UsageError } from '../../support/program.js';

describe('the command line of the benchmark', () => {
  it('measures everything unless told', () => {
    expect(parseArguments([])).toEqual({
      isHelp: false,
      only: ['checkout', 'checkout-captured', 'add-to-cart', 'read-order', 'history', 'track'],
      concurrency: [1, 16, 64],
      seconds: 30,
      warmUpSeconds: 5,
      hasFloor: true,
      jsonFile: undefined,
      isWritten: false,
      profileFolder: undefined,
    });
  });

  it('measures what is asked for, in its own order', () => {
    const given = ['--only', 'history, checkout', '--concurrency', '2', '--seconds', '0.5', '--no-floor', '--write'];
    expect(parseArguments(given)).toMatchObject({
      only: ['checkout', 'history'],
      concurrency: [2],
      seconds: 0.5,
      hasFloor: false,
      isWritten: true,
    });
  });

  it.each([
    [['--only', 'checkout,refunds'], 'refunds'],
    [['--concurrency', '0'], 'concurrency'],
    [['--concurrency', '4,many'], 'many'],
    [['--concurrency', '1001'], '1000'],
    [['--seconds', '-1'], 'seconds'],
    [['--seconds', ''], 'seconds'],
    [['--warm-up', 'x'], 'warm-up'],
    [['--json', ''], 'json'],
    [['--fast'], 'fast'],
    [['checkout'], 'checkout'],
  ])('refuses %j', (args, about) => {
    expect(() => parseArguments(args)).toThrow(UsageError);
    expect(() => parseArguments(args)).toThrow(about);
  });
});
