import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const FOLDER = resolve('libs/contracts');
const PACK_DEADLINE_MS = 600_000;

describe('the package of the contracts', () => {
  let folder: string;
  let files: string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'marketplace-contracts-'));
    const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: FOLDER });
    // Before the JSON npm shows what the build said.
    const [packed] = JSON.parse(stdout.slice(stdout.indexOf('[\n'))) as {
      filename: string;
      files: { path: string }[];
    }[];
    files = packed?.files.map(({ path }) => path) ?? [];
    const home = join(folder, 'node_modules/@marketplace/contracts');
    await mkdir(home, { recursive: true });
    await run('tar', ['-xzf', join(folder, packed?.filename ?? ''), '--strip-components=1', '-C', home]);
    for (const name of ['@nats-io', 'openapi-fetch', 'openapi-typescript-helpers']) {
      await symlink(resolve('node_modules', name), join(folder, 'node_modules', name));
    }
  }, PACK_DEADLINE_MS);

  afterAll(async () => rm(folder, { recursive: true, force: true }));

  it('holds JavaScript with its types, and no more', () => {
    expect(files.filter((path) => !/^dist\/(?:(?:http|nats)\/)?[a-z.-]+\.(?:js|d\.ts)$/u.test(path)).sort()).toEqual([
      'LICENSE',
      'README.md',
      'package.json',
    ]);
    expect(files).toEqual(
      expect.arrayContaining(['dist/index.js', 'dist/index.d.ts', 'dist/http/index.js', 'dist/http/schema.d.ts']),
    );
  });

  it('can be used without anything else of the marketplace', async () => {
    const script = `
      import { OrdersClient, OrderEvents, PROBLEMS, STREAMS } from '@marketplace/contracts';
      import { createOrdersHttpClient } from '@marketplace/contracts/http';
      const client = createOrdersHttpClient({ baseUrl: 'http://localhost:1' });
      console.log([typeof OrdersClient, typeof OrderEvents.start, PROBLEMS.not_found.status, STREAMS.orders.name, typeof client.GET].join());`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], { cwd: folder });
    expect(stdout.trim()).toBe('function,function,404,ORDERS,function');
  });

  it('needs what it says, in the versions of the service', async () => {
    const [own, root] = await Promise.all(
      [join(FOLDER, 'package.json'), resolve('package.json')].map(
        async (path) => JSON.parse(await readFile(path, 'utf8')) as { dependencies: Record<string, string> },
      ),
    );
    expect(root?.dependencies).toMatchObject(own?.dependencies ?? {});
  });
});
