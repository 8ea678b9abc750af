import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeArtifacts, type Artifact } from './artifacts.js';
import { baselineFaults, versionFaults, writeBaseline } from './baseline.js';
import { lintDocuments } from './lint.js';

const USAGE = 'Usage: npm run contracts [-- --check | --release]';

/**
 * Writes the documents of the contracts, or with `--check` tells which of them are not what the code says. `--release` makes them the
 * baseline that later changes must be compatible with.
 */
async function main(args: readonly string[]): Promise<void> {
  const [mode = '--write', ...others] = args;
  if (others.length > 0 || !['--write', '--check', '--release'].includes(mode)) throw new Error(USAGE);
  const check = mode === '--check';
  const artifacts = await makeArtifacts();
  const faults = check ? artifacts.filter(isStale).map(staleness) : [];
  if (!check) artifacts.filter(isStale).forEach(write);
  faults.push(...(await lintDocuments(artifacts.map(({ path }) => path).filter((path) => path.endsWith('.json')))));
  faults.push(...versionFaults());
  if (mode === '--release') writeBaseline();
  else faults.push(...baselineFaults());
  for (const fault of faults) process.stdout.write(`${fault}\n`);
  if (faults.length > 0) process.exitCode = 1;
}

function isStale({ path, text }: Artifact): boolean {
  try {
    return readFileSync(path, 'utf8') !== text;
  } catch {
    return true;
  }
}

function staleness({ path }: Artifact): string {
  return `${path} is not what the code says. \`npm run contracts\` writes it.`;
}

function write({ path, text }: Artifact): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  process.stdout.write(`wrote ${path}\n`);
}

await main(process.argv.slice(2));
