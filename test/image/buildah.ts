import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  canInstallDebianPackages,
  findOnPath,
  installDebianPackages,
  ProcessGroup,
  runCommand,
} from '@marketplace/local-stack';
import type { BuildOptions, Engine, Environment, ImageConfig, RunningContainer } from './engine.js';

const BUILD_TIMEOUT_MS = 15 * 60_000;
/** What works without a daemon, without a kernel module for overlays and within another container. */
const SETTINGS = { BUILDAH_ISOLATION: 'chroot', STORAGE_DRIVER: 'vfs' };

/**
 * Makes the root read-only in a mount namespace of its own, then becomes the image's user for good. $1 is the root, $2 the user,
 * the rest is the command. Everything is replaced by what comes after it, so that SIGTERM reaches the command.
 */
const START_SCRIPT = `set -e
root=$1 user=$2
shift 2
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
mount -o remount,bind,ro "$root"
exec setpriv --no-new-privs chroot --userspec="$user" "$root" "$@"`;

interface Inspected {
  readonly OCIv1: {
    readonly config?: { readonly User?: string; readonly Cmd?: string[]; readonly Env?: string[]; WorkingDir?: string };
  };
}

/** Buildah builds without a daemon; its images are run with what Linux itself offers. Needs Linux and root. */
export class Buildah implements Engine {
  readonly name = 'buildah';
  readonly isolation =
    'own mount, process and IPC namespaces, root mounted read-only, no capabilities, no new privileges; no seccomp filter, no cgroup; ' +
    'the network of this machine';

  /** @throws Error where it is not there and cannot be installed */
  static async prepare(log: (line: string) => void): Promise<Buildah> {
    if (process.platform !== 'linux' || process.getuid?.() !== 0)
      throw new Error('Without a Docker daemon the check needs Buildah, on Linux, as root.');
    if (findOnPath('buildah') === undefined) {
      if (!canInstallDebianPackages()) throw new Error('Neither a Docker daemon nor buildah was found.');
      await installDebianPackages(['buildah'], log);
    }
    return new Buildah();
  }

  async build({ tag, base, npmrc }: BuildOptions): Promise<void> {
    const options = [
      ...(base === undefined ? [] : ['--pull-never', '--build-arg', `IMAGE_BASE=${base}`]),
      ...(npmrc === undefined ? [] : ['--secret', `id=npmrc,src=${npmrc}`]),
    ];
    await buildah('build', '--layers', '--tag', tag, ...options, '.');
  }

  async config(tag: string): Promise<ImageConfig> {
    const { User, Cmd, Env } = await configOf(tag);
    const environment = (Env ?? []).map((each): [string, string] => {
      const [name = '', ...value] = each.split('=');
      return [name, value.join('=')];
    });
    return { user: User ?? '', command: Cmd ?? [], environment: Object.fromEntries(environment) };
  }

  async withRoot<T>(tag: string, look: (root: string) => Promise<T>): Promise<T> {
    const container = (await buildah('from', '--pull-never', tag)).trim();
    try {
      return await look((await buildah('mount', container)).trim());
    } finally {
      await buildah('rm', container);
    }
  }

  async run(tag: string, environment: Environment, command?: readonly string[]): Promise<RunningContainer> {
    const { user, command: own, environment: fromImage } = await this.config(tag);
    const { WorkingDir } = await configOf(tag);
    const folder = await mkdtemp(join(tmpdir(), 'marketplace-image-'));
    const container = (await buildah('from', '--pull-never', tag)).trim();
    const remove = async (): Promise<void> => {
      await buildah('rm', container);
      await rm(folder, { recursive: true, force: true });
    };
    try {
      const root = (await buildah('mount', container)).trim();
      const variables = Object.entries({ ...fromImage, ...environment }).map(([name, value]) => `${name}=${value}`);
      const program = ['env', '-i', `--chdir=${WorkingDir ?? '/'}`, ...variables, ...(command ?? own)];
      const namespaces = ['--mount', '--pid', '--ipc', '--uts', '--fork', '--kill-child'];
      const group = await ProcessGroup.start({
        name: 'The container',
        command: 'unshare',
        args: [...namespaces, 'sh', '-c', START_SCRIPT, 'sh', root, user, ...program],
        logFile: join(folder, 'log'),
      });
      return {
        logs: async () => group.lastLines(200),
        ended: async () => (await group.exited).code,
        stop: async (graceMs) => (await group.stop(graceMs)).code,
        remove: async () => {
          await group.kill();
          await remove();
        },
      };
    } catch (error) {
      await remove();
      throw error;
    }
  }
}

async function buildah(...args: string[]): Promise<string> {
  return runCommand('buildah', args, { env: { ...process.env, ...SETTINGS }, timeoutMs: BUILD_TIMEOUT_MS });
}

async function configOf(tag: string): Promise<NonNullable<Inspected['OCIv1']['config']>> {
  const { OCIv1 } = JSON.parse(await buildah('inspect', '--type', 'image', tag)) as Inspected;
  return OCIv1.config ?? {};
}
