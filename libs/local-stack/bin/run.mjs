// Runs one of the project's commands from a fresh clone: installs and builds first where that is needed.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt, ensureInstalled, fail, requireNodeVersion, root } from './prepare.mjs';
import { runJest, runTool, verify } from './verify.mjs';

const LOCAL_STACK = 'dist/libs/local-stack/src/cli';
const SERVICE = 'dist/apps/order-service/bundle';
const MODULES = 'dist/apps/order-service/src';

/** Programs of the build; `args` come before those of the command line. */
const PROGRAMS = {
  start: { file: `${LOCAL_STACK}/start.js` },
  'start:dev': { file: `${LOCAL_STACK}/start.js`, args: ['--watch'] },
  'start:prod': { file: `${SERVICE}/main.js`, environment: { NODE_ENV: 'production' } },
  stack: { file: `${LOCAL_STACK}/stack.js` },
  // Signs with nothing but a constant: any build does, and whoever waits for a token should not wait for a build.
  token: { file: `${LOCAL_STACK}/token.js`, anyBuild: true },
  replay: { file: 'dist/test/load/replay/main.js' },
  bench: { file: 'dist/test/load/bench/main.js' },
  'bench:growth': { file: 'dist/test/load/bench/growth/main.js' },
  'load:viewers': { file: 'dist/test/load/viewers/main.js' },
  'test:faults': { file: 'dist/test/faults/main.js' },
  'test:fuzz': { file: 'dist/test/fuzz/main.js' },
  contracts: { file: 'dist/test/contract/main.js' },
  alerts: { file: 'dist/test/deploy/write-alerts.js' },
  'check:image': { file: 'dist/test/image/main.js' },
  'db:prepare': { file: `${SERVICE}/prepare-database.js` },
  settings: { file: `${MODULES}/write-settings.js` },
  'bench:enumeration': { file: 'dist/test/load/enumeration/main.js' },
  policy: { file: `${MODULES}/write-policy.js` },
  reconcile: { file: `${SERVICE}/reconcile.js` },
  'audit:verify': { file: `${SERVICE}/audit-verify.js` },
  'dead-letters': { file: `${SERVICE}/dead-letters.js` },
};

/** Commands that end with an exit code. */
const TASKS = {
  build: () => ensureBuilt(),
  // Suites that take long, and what is only written, have commands of their own as well.
  test: (args) =>
    verify(
      args.includes('--all')
        ? { checks: true, projects: ['e2e', 'long', 'browser'] }
        : { checks: false, projects: ['e2e'] },
    ),
  check: () => verify({ checks: true, projects: [] }),
  'test:unit': (args) => succeeds(runJest(['unit'], args)),
  'test:steps': async (args) =>
    (await ensureBuilt()) &&
    succeeds(runJest(['long'], ['test/faults/checkout-steps', ...args], { EVERY_MODE: 'true' })),
  'test:e2e': async (args) => (await ensureBuilt()) && succeeds(runJest(['e2e'], args)),
  'test:long': async (args) => (await ensureBuilt()) && succeeds(runJest(['long'], args)),
  'test:browser': async (args) => (await ensureBuilt()) && succeeds(runJest(['browser'], ['--maxWorkers=1', ...args])),
  'test:restore': async (args) => (await ensureBuilt()) && succeeds(runJest(['restore'], args)),
  format: (args) => succeeds(runTool('prettier/bin/prettier.cjs', ['--write', ...(args.length > 0 ? args : ['.'])])),
  lint: (args) => succeeds(runTool('oxlint/bin/oxlint', ['--type-aware', ...args])),
};

async function succeeds(running) {
  return (await running).code === 0;
}

async function runProgram(program, args) {
  const file = join(root, program.file);
  const ready = program.anyBuild && existsSync(file) ? true : await ensureBuilt();
  if (!ready) process.exit(1);
  if (!existsSync(file)) fail(`The build has no ${program.file}`);
  Object.assign(process.env, program.environment);
  process.setSourceMapsEnabled(true);
  process.argv = [process.execPath, file, ...(program.args ?? []), ...args];
  await import(pathToFileURL(file).href);
}

/** npm that is killed cannot hand the signal on. */
function endWithParent() {
  const parent = process.ppid;
  const check = () => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
  };
  setInterval(check, 500).unref();
}

async function main([name, ...args]) {
  requireNodeVersion();
  process.chdir(root);
  const program = PROGRAMS[name];
  const task = TASKS[name];
  if (!program && !task)
    fail(`Usage: run.mjs ${[...Object.keys(PROGRAMS), ...Object.keys(TASKS)].join('|')} [arguments]`);
  await ensureInstalled();
  if (program) return runProgram(program, args);
  if (process.env.npm_lifecycle_event) endWithParent();
  process.exitCode = (await task(args)) ? 0 : 1;
}

await main(process.argv.slice(2));
