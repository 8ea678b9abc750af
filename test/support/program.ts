/** Raised for a command line that cannot be followed. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

/**
 * Runs a program until its end and sets the exit code: what it returns, 1 where it throws, 2 where its command line cannot be followed. Why is
 * told on standard error.
 */
export async function runProgram(usage: string, main: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    if (error instanceof UsageError) process.stderr.write(`\n${usage}\n`);
    process.exitCode = error instanceof UsageError ? EXIT_USAGE : EXIT_FAILED;
  }
}
