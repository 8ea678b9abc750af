import { UsageError } from '../common/usage-error.js';
import { parseArguments, type DeadLetterCommand } from './arguments.js';

describe('the arguments of the dead letters', () => {
  it.each<[string, DeadLetterCommand]>([
    ['--help', { kind: 'help' }],
    ['list --help', { kind: 'help' }],
    ['list', { kind: 'list', limit: 50, json: false }],
    ['list --limit 3 --json', { kind: 'list', limit: 3, json: true }],
    ['show 7', { kind: 'show', sequence: 7 }],
    ['redrive 7', { kind: 'redrive', sequence: 7 }],
    ['redrive --all', { kind: 'redrive-all' }],
    ['drop 7', { kind: 'drop', sequence: 7 }],
  ])('%s', (line, command) => {
    expect(parseArguments(line.split(' '))).toEqual(command);
  });

  it.each([
    '',
    'bury 7',
    'list 7',
    'list --limit 0',
    'list --limit ten',
    'list --all',
    'show',
    'show 0',
    'show -1',
    'show 1.5',
    'show seven',
    'show 7 8',
    'show 7 --json',
    'redrive',
    'redrive 7 --all',
    'drop --all',
    'drop 7 --what',
  ])('"%s" is refused', (line) => {
    expect(() => parseArguments(line === '' ? [] : line.split(' '))).toThrow(UsageError);
  });
});
