import { execFile } from 'node:child_process';
import { resolve } from 'node:path';

const PROGRAMS = resolve('dist/apps/order-service/bundle');
const DEADLINE_MS = 60_000;

/** How a program has ended, and what it said. */
export interface ProgramRun {
  /** -1 where it was ended from outside. */
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs one of the service's own programs to its end: `reconcile`, `audit-verify`, `dead-letters`, `prepare-database`. */
export async function runServiceProgram(
  program: string,
  environment: Readonly<Record<string, string>>,
  ...args: string[]
): Promise<ProgramRun> {
  const env = { PATH: process.env['PATH'], ...environment };
  return new Promise((done) => {
    const file = resolve(PROGRAMS, `${program}.js`);
    execFile(process.execPath, [file, ...args], { env, timeout: DEADLINE_MS }, (error, stdout, stderr) => {
      done({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr });
    });
  });
}
