import { parseArguments } from './arguments.js';
import { UsageError } from '../support/program.js';

const KNOWN = ['kill-service', 'nats-outage'];

describe('the command line of the fault suite', () => {
  it('runs every scenario in its long form unless told', () => {
    expect(parseArguments([], KNOWN)).toEqual({
      show: undefined,
      only: KNOWN,
      form: 'long',
      reportFile: undefined,
      jsonFile: undefined,
    });
  });

  it('takes scenarios, a form and files', () => {
    const given = ['--only', 'nats-outage, kill-service', '--form', 'short', '--report', 'a.md', '--json', 'a.json'];
    expect(parseArguments(given, KNOWN)).toEqual({
      show: undefined,
      only: ['nats-outage', 'kill-service'],
      form: 'short',
      reportFile: 'a.md',
      jsonFile: 'a.json',
    });
    expect(parseArguments(['--list'], KNOWN).show).toBe('list');
    expect(parseArguments(['--help'], KNOWN).show).toBe('help');
  });

  it.each([['--only', 'earthquake'], ['--form', 'medium'], ['--report', ''], ['--faster'], ['surplus']])(
    'refuses %j',
    (...given) => expect(() => parseArguments(given, KNOWN)).toThrow(UsageError),
  );
});
