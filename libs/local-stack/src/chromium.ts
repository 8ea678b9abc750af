import type { Log } from './log.js';
import { findOnPath, isExecutable, runCommand } from './processes/run-command.js';
import { canInstallDebianPackages, installDebianPackages } from './servers/debian-packages.js';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const ON_MACOS = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

const HOW_TO_INSTALL = `No Chromium was found and none could be installed. One of these helps:
  macOS            brew install --cask google-chrome
  Debian           sudo apt-get install chromium
  elsewhere        put chromium or google-chrome on PATH, or name the program in CHROMIUM_PATH`;

/**
 * The path of a Chromium for the tests of the pages: CHROMIUM_PATH, else one on PATH, else Debian's package is installed.
 *
 * @throws Error that tells per platform what to install
 */
export async function resolveChromium(log: Log): Promise<string> {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    if (!isExecutable(named)) throw new Error(`CHROMIUM_PATH names ${named}, which is no program`);
    return told(log, named, 'named by CHROMIUM_PATH');
  }
  const present = NAMES.map((name) => findOnPath(name)).find((path) => path !== undefined);
  if (present !== undefined) return told(log, present, 'found on PATH');
  if (isExecutable(ON_MACOS)) return told(log, ON_MACOS, 'an application of this Mac');
  if (!canInstallDebianPackages()) throw new Error(HOW_TO_INSTALL);
  await installDebianPackages(['chromium'], log);
  const installed = findOnPath('chromium') ?? findOnPath('chromium', { PATH: '/usr/bin' });
  if (installed === undefined) throw new Error(HOW_TO_INSTALL);
  return told(log, installed, "installed from Debian's packages as none was on PATH");
}

async function told(log: Log, path: string, origin: string): Promise<string> {
  const version = /\d+(?:\.\d+)+/.exec(await runCommand(path, ['--version']))?.[0] ?? 'unknown version';
  log(`Chromium: ${path} (${version}), ${origin}`);
  return path;
}
