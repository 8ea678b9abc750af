import { mkdir, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArguments, USAGE, type BenchArguments } from './arguments.js';
import { errorCount, type BenchReport } from './bench-report.js';
import { renderReport } from './report/render.js';
import { readableScrape } from './report/scrape.js';
import { writeInto } from './report/write-into.js';
import { BenchStack } from './run/bench-stack.js';
import { Measuring } from './run/measure.js';
import { EXIT_FAILED, runProgram } from '../../support/program.js';

const DOCUMENT = 'docs/benchmarks.md';
const CHART = 'docs/benchmarks.svg';
const SCRAPE = 'docs/metrics-after-load.txt';
const IMAGE = '![What each scenario does a second, with its floor behind it](benchmarks.svg)';

const say = (line: string): boolean => process.stdout.write(`${line}\n`);

async function measure(given: BenchArguments): Promise<BenchReport> {
  const nodeArgs: string[] = [];
  if (given.profileFolder !== undefined) {
    await mkdir(given.profileFolder, { recursive: true });
    nodeArgs.push('--cpu-prof', `--cpu-prof-dir=${resolve(given.profileFolder)}`);
  }
  const stack = await BenchStack.start(say, nodeArgs);
  try {
    return await new Measuring(stack, given, say).run();
  } finally {
    await stack.stop();
  }
}

function aboutScrape({ startedAt, cells }: BenchReport): string {
  const works = [...new Set(cells.map(({ work }) => work))].filter((work) => !work.startsWith('floor-'));
  return `GET /metrics of one process of the service after a run of \`npm run bench\` on ${startedAt.slice(0, 10)}: ${works.join(', ')}.`;
}

async function main(): Promise<number> {
  const given = parseArguments(process.argv.slice(2));
  if (given.isHelp) {
    say(USAGE);
    return 0;
  }
  const report = await measure(given);
  if (given.jsonFile !== undefined) await writeFile(given.jsonFile, `${JSON.stringify(report, null, 2)}\n`);
  const { tables, chart } = renderReport(report);
  say(`\n${tables}`);
  if (given.isWritten) {
    await writeInto(DOCUMENT, 'bench', `${IMAGE}\n\n${tables}`);
    await writeFile(CHART, chart);
    await writeFile(SCRAPE, readableScrape(report.metrics, aboutScrape(report)));
  }
  return report.cells.some(({ measurement }) => errorCount(measurement) > 0) ? EXIT_FAILED : 0;
}

await runProgram(USAGE, main);
