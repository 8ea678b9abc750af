import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '../cache-folder.js';
import { type Log, timed } from '../log.js';

const PROBE_DEADLINE_MS = 5_000;

/** The official build that an earlier run downloaded, if any. */
export async function findDownloadedMongo(version: string): Promise<string | undefined> {
  const { DryMongoBinary } = await import('mongodb-memory-server-core');
  // Its search warns where it knows no build for this system; the caller says more clearly what then happens.
  return DryMongoBinary.locateBinary({ version, downloadDir: downloadFolder() }).catch(() => undefined);
}

/**
 * Downloads MongoDB's official build for this system.
 *
 * @returns `undefined` where there is no build for this system or its download host does not answer in time
 */
export async function downloadMongo(version: string, log: Log): Promise<string | undefined> {
  const url = await downloadUrl(version).catch(() => undefined);
  if (url === undefined || !(await isReachable(url))) return undefined;
  const { MongoBinary } = await import('mongodb-memory-server-core');
  return timed(log, `Downloading MongoDB ${version} from ${new URL(url).host}`, () =>
    MongoBinary.getPath({ version, downloadDir: downloadFolder() }),
  );
}

function downloadFolder(): string {
  return join(cacheFolder(), 'mongodb-download');
}

async function downloadUrl(version: string): Promise<string> {
  const { MongoBinaryDownloadUrl } = await import('mongodb-memory-server-core/lib/util/MongoBinaryDownloadUrl.js');
  return new MongoBinaryDownloadUrl({ version, platform: platform(), arch: arch() }).getDownloadUrl();
}

/** Asks the host itself, or the proxy that stands before it, so that a closed network costs seconds and not minutes. */
function isReachable(url: string): Promise<boolean> {
  const target = new URL(url);
  const proxy = process.env.HTTPS_PROXY || process.env.https_proxy;
  return new Promise((resolve) => {
    const probe = proxy
      ? httpRequest(proxy, { method: 'CONNECT', path: `${target.hostname}:443`, agent: false })
      : httpsRequest(target, { method: 'HEAD', agent: false });
    const finish = (reachable: boolean) => {
      clearTimeout(deadline);
      probe.destroy();
      resolve(reachable);
    };
    const deadline = setTimeout(finish, PROBE_DEADLINE_MS, false);
    probe.on('response', (response) => finish((response.statusCode ?? 500) < 400));
    probe.on('connect', (response) => finish(response.statusCode === 200));
    probe.on('error', () => finish(false));
    probe.end();
  });
}
