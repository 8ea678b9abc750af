import { parseArguments } from './arguments.js';
import { UsageError } from '../support/program.js';

describe('the command line of the check of the image', () => {
  it('needs nothing', () => {
    expect(parseArguments([], {})).toEqual({ base: undefined, tag: 'order-service:check', engine: undefined });
  });

  it('names a base, by option before environment', () => {
    expect(parseArguments([], { IMAGE_BASE: 'mirror/node:24' }).base).toBe('mirror/node:24');
    expect(parseArguments(['--base', 'local/node:24'], { IMAGE_BASE: 'mirror/node:24' }).base).toBe('local/node:24');
  });

  it.each([[['--engine', 'podman']], [['--bass', 'x']], [['surprise']]])('refuses %j', (values) => {
    expect(() => parseArguments(values, {})).toThrow(UsageError);
  });
});
