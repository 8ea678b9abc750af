import { parseArguments } from './arguments.js';
import { UsageError } from '../../support/program.js';

describe('the command line of the viewers', () => {
  it('has a default for everything', () => {
    expect(parseArguments([])).toEqual({
      isHelp: false,
      viewers: 2_000,
      orders: 100,
      ratePerSecond: 10,
      jsonFile: undefined,
    });
  });

  it('takes other figures, and a file', () => {
    const args = ['--viewers', '10', '--orders', '5', '--rate', '1', '--json', 'out.json'];
    expect(parseArguments(args)).toMatchObject({ viewers: 10, orders: 5, ratePerSecond: 1, jsonFile: 'out.json' });
  });

  it.each([
    [['--viewers', '0']],
    [['--viewers', 'many']],
    [['--rate', '1.5']],
    [['--viewers', '50001']],
    [['--viewers', '5', '--orders', '6']],
    [['--json', '']],
    [['--surprise']],
  ])('refuses %p', (args) => {
    expect(() => parseArguments(args)).toThrow(UsageError);
  });
});
