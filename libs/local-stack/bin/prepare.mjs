// Makes a clone ready to run: dependencies installed, build up to date. Uses nothing but Node.js, as nothing else may be there yet.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../..', import.meta.url));
const path = (name) => join(root, name);

const BUILD_STAMP = 'dist/.build-hash';
/** What the build is made from; the specs and these scripts are not part of it. */
const BUILD_INPUTS = ['apps', 'libs', 'test', 'tsconfig.json', 'nest-cli.json', 'package-lock.json'];
const NOT_BUILT = /\.spec\.tsx?$|\.e2e-spec\.ts$|^test\/browser\/|^libs\/local-stack\/bin\/|^libs\/contracts\/dist\//;

export function requireNodeVersion() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  fail(`Node.js 20.19 or later is needed; this is ${process.versions.node}. See https://nodejs.org/en/download`);
}

/** Installs the dependencies unless those of package-lock.json are there. */
export async function ensureInstalled() {
  if (isInstalled()) return;
  await withLock('install.lock', async () => {
    if (isInstalled()) return;
    const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ['npm'];
    const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
    const clean = await runQuietly('Installing dependencies (npm ci)', [...npm, 'ci', ...quiet]);
    if (clean.code === 0) return;
    const loose = await runQuietly('Installing dependencies (npm install)', [...npm, 'install', ...quiet]);
    if (loose.code !== 0) fail(`The dependencies could not be installed:\n${clean.output}\n${loose.output}`);
  });
}

/** npm notes what it has installed in a lock file of the same form, as the last thing it does. */
function isInstalled() {
  const wanted = readJson('package-lock.json')?.packages;
  const installed = readJson('node_modules/.package-lock.json')?.packages;
  if (!wanted || !installed) return false;
  return Object.entries(wanted).every(([name, entry]) => {
    if (name === '' || entry.optional || entry.devOptional) return true;
    return installed[name]?.version === entry.version && installed[name]?.integrity === entry.integrity;
  });
}

/**
 * Builds all programs unless the build is up to date.
 *
 * @returns whether the build is there; what failed has then been printed
 */
export async function ensureBuilt() {
  if (isBuilt()) return true;
  return withLock('build.lock', async () => {
    const hash = hashInputs();
    if (isBuilt(hash)) return true;
    return build(hash);
  });
}

export function isBuilt(hash = hashInputs()) {
  return existsSync(path(BUILD_STAMP)) && readFileSync(path(BUILD_STAMP), 'utf8') === hash;
}

async function build(hash) {
  const config = readJson('nest-cli.json');
  const applications = Object.keys(config.projects).filter((name) => config.projects[name].type === 'application');
  const main = applications.find((name) => config.projects[name].root === config.root);
  const others = applications.filter((name) => name !== main);
  rmSync(path(BUILD_STAMP), { force: true });
  removeOutputOfDeletedSources('dist');
  // All programs compile the libraries into the same folder. The main one does it last and whole, as only its compiler plugin
  // adds what the API documentation is made from.
  rmSync(path(`dist/${main}.tsbuildinfo`), { force: true });
  const first = await Promise.all(others.map(buildOne));
  const results = [
    ...first,
    ...(await Promise.all([buildOne(main), bundle('the pages', 'apps/order-service/bundle-web.mjs')])),
  ];
  if (!results.every(Boolean) || !(await bundle('the programs', 'apps/bundle-programs.mjs'))) return false;
  writeFileSync(path(BUILD_STAMP), hash);
  return true;
}

async function buildOne(name) {
  const result = await runQuietly(`Building ${name}`, [
    process.execPath,
    path('node_modules/@nestjs/cli/bin/nest.js'),
    'build',
    name,
  ]);
  if (result.code !== 0) say(`The build of ${name} failed:\n${result.output}`);
  return result.code === 0;
}

async function bundle(what, script) {
  const result = await runQuietly(`Bundling ${what}`, [process.execPath, path(script)]);
  if (result.code !== 0) say(`It could not be bundled:\n${result.output}`);
  return result.code === 0;
}

export function hashInputs() {
  const hash = createHash('sha256');
  const files = BUILD_INPUTS.flatMap(filesOf).filter((file) => !NOT_BUILT.test(file));
  for (const file of files.sort((one, other) => (one < other ? -1 : 1))) {
    hash.update(`${file}\0`).update(readFileSync(path(file)));
  }
  return hash.digest('hex');
}

function filesOf(name) {
  if (!existsSync(path(name))) return [];
  if (name.endsWith('.json')) return [name];
  return readdirSync(path(name), { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return filesOf(`${name}/${entry.name}`);
    return entry.isFile() ? [`${name}/${entry.name}`] : [];
  });
}

function removeOutputOfDeletedSources(folder) {
  for (const file of filesOf(folder)) {
    const source = /^dist\/(.+)\.js$/.exec(file)?.[1];
    if (source === undefined || ['ts', 'tsx', 'js'].some((type) => existsSync(path(`${source}.${type}`)))) continue;
    rmSync(path(file));
    rmSync(path(`${file}.map`), { force: true });
  }
}

/** Runs a command whose output nobody needs while it works; tells every 10 s that it does. */
async function runQuietly(what, [command, ...args]) {
  const startedAt = Date.now();
  const seconds = () => Math.round((Date.now() - startedAt) / 1000);
  say(`${what} ...`);
  const reminder = setInterval(() => say(`${what}: still working after ${seconds()} s`), 10_000);
  const result = await runToEnd(command, args);
  clearInterval(reminder);
  say(`${what}: ${result.code === 0 ? 'done' : 'failed'} after ${seconds()} s`);
  return result;
}

/** Runs a command in the project's folder and gives its exit code and all it wrote. */
export function runToEnd(command, args, options = {}) {
  return new Promise((resolve) => {
    const stdio = options.show ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'];
    const child = spawn(command, args, { cwd: root, stdio, env: options.env ?? process.env });
    let output = '';
    const forward = (signal) => child.kill(signal);
    process.on('SIGTERM', forward);
    process.on('SIGINT', forward);
    const finish = (code, signal) => {
      process.off('SIGTERM', forward);
      process.off('SIGINT', forward);
      resolve({ code: code ?? 1, signal, output });
    };
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => {
      output += error.message;
      finish(1, null);
    });
    child.on('close', (code, signal) => {
      finish(code, signal);
      // Whoever asked this command to end asked this process as well.
      if (signal === 'SIGINT' || signal === 'SIGTERM') process.kill(process.pid, signal);
    });
  });
}

/** One process at a time installs or builds; the lock of one that was killed is taken over. */
async function withLock(name, work) {
  const file = path(`.data/${name}`);
  mkdirSync(path('.data'), { recursive: true });
  let announced = false;
  while (!create(file)) {
    const owner = Number(existsSync(file) ? readFileSync(file, 'utf8') : 0);
    if (owner > 0 && !isAlive(owner)) rmSync(file, { force: true });
    else if (owner > 0 && !announced) say(`Waiting for process ${owner}, which holds ${file}`);
    announced = true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function create(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function readJson(name) {
  try {
    return JSON.parse(readFileSync(path(name), 'utf8'));
  } catch {
    return undefined;
  }
}

/** To standard error: standard output belongs to the command. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

export function fail(message) {
  say(message);
  process.exit(1);
}
