import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '@marketplace/local-stack';
import type { BuildOptions, Engine, Environment, ImageConfig, RunningContainer } from './engine.js';

const BUILD_TIMEOUT_MS = 15 * 60_000;

interface Inspected {
  readonly Config: { readonly User: string; readonly Cmd: string[] | null; readonly Env: string[] | null };
}

export class Docker implements Engine {
  readonly name = 'docker';
  readonly isolation = "Docker's: own process, mount and IPC namespaces; the network of this machine";

  static async isThere(): Promise<boolean> {
    return runCommand('docker', ['version', '--format', '{{.Server.Version}}'], { timeoutMs: 10_000 }).then(
      () => true,
      () => false,
    );
  }

  async build({ tag, base, npmrc }: BuildOptions): Promise<void> {
    const options = [
      ...(base === undefined ? [] : ['--build-arg', `IMAGE_BASE=${base}`]),
      ...(npmrc === undefined ? [] : ['--secret', `id=npmrc,src=${npmrc}`]),
    ];
    await runCommand('docker', ['build', '--tag', tag, ...options, '.'], { timeoutMs: BUILD_TIMEOUT_MS });
  }

  async config(tag: string): Promise<ImageConfig> {
    const { Config } = await inspect(tag);
    const environment = (Config.Env ?? []).map((each): [string, string] => {
      const [name = '', ...value] = each.split('=');
      return [name, value.join('=')];
    });
    return { user: Config.User, command: Config.Cmd ?? [], environment: Object.fromEntries(environment) };
  }

  async withRoot<T>(tag: string, look: (root: string) => Promise<T>): Promise<T> {
    const folder = await mkdtemp(join(tmpdir(), 'marketplace-image-'));
    const container = (await runCommand('docker', ['create', tag])).trim();
    try {
      const archive = join(folder, 'root.tar');
      const root = join(folder, 'root');
      await runCommand('docker', ['export', '--output', archive, container]);
      await runCommand('mkdir', [root]);
      // Devices cannot be made without privileges, and do not matter here.
      await runCommand('tar', ['--extract', '--file', archive, '--directory', root, '--exclude', 'dev/*']);
      return await look(root);
    } finally {
      await runCommand('docker', ['rm', '--force', container]);
      await rm(folder, { recursive: true, force: true });
    }
  }

  async run(tag: string, environment: Environment, command: readonly string[] = []): Promise<RunningContainer> {
    const variables = Object.entries(environment).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
    const protection = ['--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges:true'];
    const args = ['run', '--detach', '--network', 'host', ...protection, ...variables, tag, ...command];
    const id = (await runCommand('docker', args)).trim();
    return {
      logs: () => runCommand('docker', ['logs', id]),
      ended: async () => Number(await runCommand('docker', ['wait', id])),
      remove: async () => void (await runCommand('docker', ['rm', '--force', id])),
      stop: async (graceMs) => {
        await runCommand('docker', ['stop', '--time', String(Math.ceil(graceMs / 1000)), id]);
        return Number(await runCommand('docker', ['inspect', '--format', '{{.State.ExitCode}}', id]));
      },
    };
  }
}

async function inspect(tag: string): Promise<Inspected> {
  const [found] = JSON.parse(await runCommand('docker', ['image', 'inspect', tag])) as [Inspected?];
  if (found === undefined) throw new Error(`there is no image ${tag}`);
  return found;
}
