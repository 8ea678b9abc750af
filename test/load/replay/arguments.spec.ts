import { parseArguments } from './arguments.js';
import { UsageError } from '../../support/program.js';

describe('parseArguments', () => {
  it('has defaults for all but the folder', () => {
    expect(parseArguments(['--data', 'folder'])).toEqual({
      dataFolder: 'folder',
      concurrency: 16,
      limit: Number.POSITIVE_INFINITY,
      reportFile: undefined,
      url: undefined,
      natsUrl: undefined,
    });
  });

  it('reads every option', () => {
    const values = '--data d --concurrency 4 --limit 10 --report r.json --url http://h:1 --nats nats://h:2'.split(' ');
    expect(parseArguments(values)).toEqual({
      dataFolder: 'd',
      concurrency: 4,
      limit: 10,
      reportFile: 'r.json',
      url: 'http://h:1',
      natsUrl: 'nats://h:2',
    });
  });

  it.each([
    [[]],
    [['--data', 'd', '--limit', '0']],
    [['--data', 'd', '--concurrency', '1.5']],
    [['--data', 'd', '--what']],
  ])('refuses %j', (values) => {
    expect(() => parseArguments(values)).toThrow(UsageError);
  });
});
