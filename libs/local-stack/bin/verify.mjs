// The steps of `npm run check` and `npm test`. Every step runs once, whatever became of the others, and all results are summed up.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt, root, runToEnd, say } from './prepare.mjs';

const node = process.execPath;
const tool = (name) => join(root, 'node_modules', name);

const CHECKS = [
  { name: 'format', command: [node, tool('prettier/bin/prettier.cjs'), '--check', '--log-level=warn', '.'] },
  { name: 'lint', command: [node, tool('oxlint/bin/oxlint'), '--type-aware'] },
  { name: 'types', command: [node, tool('typescript/bin/tsc'), '--noEmit', '--incremental', 'false'] },
  {
    name: 'dependency rules',
    command: [
      node,
      tool('dependency-cruiser/bin/dependency-cruise.mjs'),
      '--config',
      '.dependency-cruiser.cjs',
      'apps',
      'libs',
    ],
  },
];

/**
 * Runs the steps and prints the sum as the last line. Unit tests are always among them.
 *
 * @param {{ checks: boolean, projects: string[] }} scope whether to look at what is written, and jest's projects that run what is built
 * @returns whether all passed
 */
export async function verify(scope) {
  const startedAt = Date.now();
  const results = [];
  const built = await buildStep();
  results.push(built);
  if (scope.checks) results.push(...(await runChecks()), await contractsStep(built));
  results.push(await jestStep(['unit']));
  if (scope.projects.length > 0) {
    if (built.failed === 0) results.push(await jestStep(scope.projects));
    else print(`FAILED ${scope.projects.join(', ')}: not run, as the build failed`);
  }
  return summarize(results, startedAt);
}

/** Runs some of jest's projects, side by side, with their output shown. */
export async function runJest(projects, args = [], environment = {}) {
  const options = '--experimental-vm-modules --disable-warning=ExperimentalWarning';
  const env = {
    ...process.env,
    ...environment,
    NODE_OPTIONS: [process.env.NODE_OPTIONS, options].filter(Boolean).join(' '),
  };
  if (projects.includes('browser')) Object.assign(env, await browserEnvironment());
  // A suite mostly waits for processes of its own. On a NATS server that was given, suites would hear each other.
  const workers = `--maxWorkers=${process.env.NATS_URL ? 1 : 2}`;
  return runToEnd(node, [tool('jest/bin/jest.js'), workers, ...args, '--selectProjects', ...projects], {
    show: true,
    env,
  });
}

/** Found, or installed, before jest begins: no test should wait for that. Suites that find none say so. */
async function browserEnvironment() {
  try {
    const { resolveChromium } = await import('../../../dist/libs/local-stack/src/index.js');
    return { CHROMIUM_PATH: await resolveChromium(say) };
  } catch (error) {
    say(error.message);
    return {};
  }
}

export function runTool(name, args) {
  return runToEnd(node, [tool(name), ...args], { show: true });
}

async function buildStep() {
  const passed = await ensureBuilt();
  return report('build', passed, '');
}

/** The committed documents are what the built service says of itself. */
async function contractsStep(built) {
  if (built.failed > 0) return report('contracts', false, 'not built');
  const { code, output } = await runToEnd(node, [join(root, 'dist/test/contract/main.js'), '--check']);
  return report('contracts', code === 0, output);
}

/** Two at a time: more would only make each slower on a small machine. */
async function runChecks() {
  const waiting = [...CHECKS];
  const results = [];
  const worker = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const [command, ...args] = step.command;
      const { code, output } = await runToEnd(command, args);
      results.push(report(step.name, code === 0, output));
    }
  };
  await Promise.all([worker(), worker()]);
  return results;
}

function report(name, passed, output) {
  print(passed ? `passed ${name}` : `FAILED ${name}\n${output.trimEnd()}`);
  return { name, passed: passed ? 1 : 0, failed: passed ? 0 : 1 };
}

/** One run for all the projects, which jest counts as one. */
async function jestStep(projects) {
  const folder = mkdtempSync(join(tmpdir(), 'marketplace-jest-'));
  const file = join(folder, 'results.json');
  const { code } = await runJest(projects, ['--json', `--outputFile=${file}`]);
  const counts = countTests(readResults(file), code);
  rmSync(folder, { recursive: true });
  const name = `${projects.join(', ')} tests`;
  print(`${counts.failed === 0 ? 'passed' : 'FAILED'} ${name}: ${counts.passed} passed, ${counts.failed} failed`);
  if (counts.reason) print(counts.reason);
  return { name, ...counts };
}

/**
 * Jest's own counts; a suite that could not run counts as one failure, and so does an unsuccessful end without any failed test.
 *
 * @param results what jest wrote, undefined when it wrote nothing
 */
export function countTests(results, exitCode) {
  if (results === undefined)
    return { passed: 0, failed: 1, reason: `jest ended with code ${exitCode} and left no results` };
  const passed = results.numPassedTests;
  const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
  if (exitCode === 0 || failed > 0) return { passed, failed };
  return { passed, failed: 1, reason: `jest ended with code ${exitCode} although no test failed` };
}

function readResults(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function summarize(results, startedAt) {
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + result.failed, 0);
  const names = results.filter((result) => result.failed > 0).map((result) => result.name);
  print(
    `\n${Math.round((Date.now() - startedAt) / 1000)} s${names.length === 0 ? '' : `; failed: ${names.join(', ')}`}`,
  );
  print(`${passed} passed, ${failed} failed`);
  return failed === 0;
}

function print(line) {
  process.stdout.write(`${line}\n`);
}
