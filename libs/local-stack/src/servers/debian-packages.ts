import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../cache-folder.js';
import { type Log, timed } from '../log.js';
import { withLock } from '../processes/exclusive-lock.js';
import { findOnPath, runCommand } from '../processes/run-command.js';

const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
let packageListsFresh = false;

/** Whether packages can be installed here: Debian or a relative of it, and the rights to do so. */
export function canInstallDebianPackages(): boolean {
  return existsSync('/etc/debian_version') && process.getuid?.() === 0 && findOnPath('apt-get') !== undefined;
}

/** Installs Debian packages, one process at a time. The package lists are brought up to date once. */
export async function installDebianPackages(names: readonly string[], log: Log): Promise<void> {
  await withLock(
    join(cacheFolder(), 'apt.lock'),
    () =>
      timed(log, `Installing ${names.join(' ')} from Debian's packages`, async () => {
        if (!packageListsFresh) {
          await aptGet(['update']);
          packageListsFresh = true;
        }
        await aptGet(['install', '--yes', '--no-install-recommends', ...names]);
      }),
    { onWait: (pid) => log(`Waiting for process ${pid}, which installs packages`) },
  );
}

function aptGet(args: string[]): Promise<string> {
  return runCommand('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=300', ...args], { env: environment });
}
