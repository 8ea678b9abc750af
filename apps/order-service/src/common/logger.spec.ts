import { describedError } from './logger.js';

describe('what the log says of a fault', () => {
  it('is what it is and where it came from, and nothing that a driver has attached', () => {
    const cause = Object.assign(
      new Error('E11000 duplicate key error index: owner dup key: { email: "a@example.com" }'),
      {
        code: 11_000,
        keyValue: { email: 'a@example.com' },
      },
    );
    const error = new Error('it could not be written', { cause });
    const described = describedError(error);
    expect(described).toMatchObject({
      type: 'Error',
      message: 'it could not be written',
      stack: expect.stringContaining('logger.spec') as string,
      cause: { message: 'E11000 duplicate key error index: owner', code: 11_000 },
    });
    expect(JSON.stringify(described)).not.toContain('example.com');
  });

  it('is the text of what is no error', () => {
    expect(describedError('gone')).toEqual({ message: 'gone' });
  });
});
