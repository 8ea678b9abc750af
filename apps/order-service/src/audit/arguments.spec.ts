import { UsageError } from '../common/usage-error.js';
import { parseArguments } from './arguments.js';

const HASH = 'a'.repeat(43);

describe('the arguments of audit:verify', () => {
  it.each([
    [[], { help: false, orderId: undefined, witnessed: undefined }],
    [['--help'], { help: true }],
    [['--order', '0199A1C2-8a10-7f3e-b1c4-6d2f1e0a9b77'], { orderId: '0199a1c2-8a10-7f3e-b1c4-6d2f1e0a9b77' }],
    [['--anchor', `12:${HASH}`], { witnessed: { number: 12, hash: HASH } }],
  ])('%j', (args, parsed) => {
    expect(parseArguments(args)).toMatchObject(parsed);
  });

  it.each([
    [['--what']],
    [['order-1']],
    [['--order', '']],
    [['--order']],
    [['--anchor', '12']],
    [['--anchor', `0:${HASH}`]],
  ])('cannot follow %j', (args) => {
    expect(() => parseArguments(args)).toThrow(UsageError);
  });
});
