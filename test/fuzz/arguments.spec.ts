import { parseArguments } from './arguments.js';
import { UsageError } from '../support/program.js';

describe('the command line of the fuzz', () => {
  it('makes 20,000 requests up from a random seed unless told', () => {
    const given = parseArguments([]);
    expect(given).toEqual({ help: false, requests: 20_000, seed: expect.any(Number) as number });
  });

  it('takes a seed and a number of requests', () => {
    expect(parseArguments(['--seed', '7', '--requests', '100'])).toEqual({ help: false, requests: 100, seed: 7 });
    expect(parseArguments(['--help']).help).toBe(true);
  });

  it.each([['--seed', 'x'], ['--seed', ''], ['--requests', '0'], ['--requests', '1.5'], ['--faster'], ['surplus']])(
    'refuses %j',
    (...given) => expect(() => parseArguments(given)).toThrow(UsageError),
  );
});
