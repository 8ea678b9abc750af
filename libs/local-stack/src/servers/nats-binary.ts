import type { Log } from '../log.js';
import { findOnPath, runCommand } from '../processes/run-command.js';
import { canInstallDebianPackages, installDebianPackages } from './debian-packages.js';

const HOW_TO_INSTALL = `No NATS server was found and none could be installed. One of these helps:
  macOS            brew install nats-server
  Debian, Ubuntu   sudo apt-get install nats-server
  Windows          winget install NATSAuthors.NATSServer
  Docker           docker run -d -p 4222:4222 nats:2 -js    then set NATS_URL=nats://127.0.0.1:4222
  elsewhere        put nats-server from https://github.com/nats-io/nats-server/releases on PATH`;

/**
 * The path of a nats-server program: the one on PATH, else Debian's package is installed.
 *
 * @throws Error that tells per platform what to install
 */
export async function resolveNatsBinary(log: Log): Promise<string> {
  const onPath = findOnPath('nats-server');
  if (onPath !== undefined) {
    log(`NATS: ${onPath} (${await versionOf(onPath)}), found on PATH`);
    return onPath;
  }
  if (!canInstallDebianPackages()) throw new Error(HOW_TO_INSTALL);
  await installDebianPackages(['nats-server'], log);
  const installed = findOnPath('nats-server') ?? findOnPath('nats-server', { PATH: '/usr/sbin:/usr/bin' });
  if (installed === undefined) throw new Error(HOW_TO_INSTALL);
  log(`NATS: ${installed} (${await versionOf(installed)}), installed from Debian's packages as none was on PATH`);
  return installed;
}

async function versionOf(program: string): Promise<string> {
  return /\d+\.\d+\.\d+/.exec(await runCommand(program, ['--version']))?.[0] ?? 'unknown version';
}
