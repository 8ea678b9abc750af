import type { Log } from './log.js';
import { findOnPath, isExecutable, runCommand } from './processes/run-command.js';
import { canInstallDebianPackages, installDebianPackages } from './servers/debian-packages.js';

/** Chromium without what only a window on a screen needs, and so at a third of the cost. */
const SHELL = 'chromium-headless-shell';
const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const ON_MACOS = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

const HOW_TO_INSTALL = `No Chromium was found and none could be installed. One of these helps:
  macOS            brew install --cask google-chrome
  Debian           sudo apt-get install chromium-headless-shell
  elsewhere        put chromium or google-chrome on PATH, or name the program in CHROMIUM_PATH`;

/**
 * The path of a Chromium for the tests of the pages: CHROMIUM_PATH, else the headless shell on PATH or of Debian's package, which is installed where that can
 * be done, else another one on PATH.
 *
 * @throws Error that tells per platform what to install
 */
export async function resolveChromium(log: Log): Promise<string> {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    if (!isExecutable(named)) throw new Error(`CHROMIUM_PATH names ${named}, which is no program`);
    return told(log, named, 'named by CHROMIUM_PATH');
  }
  const shell = findOnPath(SHELL);
  if (shell !== undefined) return told(log, shell, 'found on PATH');
  const installed = await installShell(log);
  if (installed !== undefined) return told(log, installed, "installed from Debian's packages as it was not on PATH");
  const present = NAMES.map((name) => findOnPath(name)).find((path) => path !== undefined);
  if (present !== undefined) return told(log, present, 'found on PATH');
  if (isExecutable(ON_MACOS)) return told(log, ON_MACOS, 'an application of this Mac');
  throw new Error(HOW_TO_INSTALL);
}

/** @returns undefined where it cannot be installed, which is told */
async function installShell(log: Log): Promise<string | undefined> {
  if (!canInstallDebianPackages()) return undefined;
  try {
    await installDebianPackages([SHELL], log);
  } catch (error) {
    log(`${SHELL} could not be installed: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
  return findOnPath(SHELL) ?? findOnPath(SHELL, { PATH: '/usr/bin' });
}

async function told(log: Log, path: string, origin: string): Promise<string> {
  const version = /\d+(?:\.\d+)+/.exec(await runCommand(path, ['--version']))?.[0] ?? 'unknown version';
  log(`Chromium: ${path} (${version}), ${origin}`);
  return path;
}
