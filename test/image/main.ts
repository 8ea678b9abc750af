import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArguments, USAGE, type ImageCheckArguments } from './arguments.js';
import { observeAlone, observeWithServers, type Observation } from './behaviour.js';
import { Buildah } from './buildah.js';
import { filesBelow, findingsOf, lockedPackages, RULE_NAMES, type Finding, type ImageFile } from './contents.js';
import { Docker } from './docker.js';
import type { Engine } from './engine.js';
import { EXIT_FAILED, runProgram } from '../support/program.js';

const MOST_FINDINGS_SHOWN = 5;
const MEBIBYTE = 1024 * 1024;

const say = (line: string): boolean => process.stdout.write(`${line}\n`);

async function engineFor(name: ImageCheckArguments['engine']): Promise<Engine> {
  if (name === 'docker' || (name === undefined && (await Docker.isThere()))) return new Docker();
  return Buildah.prepare(say);
}

/** Behind a mirror of the npm registry the build needs the configuration that names it. */
function npmConfiguration(): string | undefined {
  const file = join(homedir(), '.npmrc');
  return existsSync(file) ? file : undefined;
}

/** The base that the Dockerfile names itself. */
function usualBase(): string {
  const base = /^ARG IMAGE_BASE=(?<base>\S+)$/mu.exec(readFileSync('Dockerfile', 'utf8'))?.groups?.['base'];
  if (base === undefined) throw new Error('the Dockerfile names no IMAGE_BASE');
  return base;
}

async function observeContents(
  engine: Engine,
  tag: string,
  base: string,
): Promise<{ lines: Observation[]; findings: Finding[] }> {
  const files = await engine.withRoot(tag, filesBelow);
  const ofBase = new Set((await engine.withRoot(base, filesBelow)).map(({ path }) => path));
  const added = files.filter(({ path }) => !ofBase.has(path));
  const findings = findingsOf(added, await lockedPackages());
  const { user, environment } = await engine.config(tag);
  const lines = RULE_NAMES.map((rule) => {
    const count = findings.filter((finding) => finding.rule === rule).length;
    return { what: `holds ${rule}`, expected: '0 files', seen: `${count} files` };
  });
  const secrets = Object.keys(environment).filter((name) => /SECRET|TOKEN|PASSWORD|_KEY$|_URI$/u.test(name));
  lines.push({ what: 'variables of the image that may be secrets', expected: '0', seen: String(secrets.length) });
  lines.push({ what: 'user of the image', expected: '1000:1000', seen: user });
  const sizeOf = (counted: readonly ImageFile[]): string =>
    `${(counted.reduce((sum, { bytes }) => sum + bytes, 0) / MEBIBYTE).toFixed(1)} MiB`;
  const packages = added.filter(({ path }) => path.startsWith('app/node_modules/'));
  say(`size: ${sizeOf(files)}; added to the base ${sizeOf(added)}, of which packages ${sizeOf(packages)}`);
  return { lines, findings };
}

function show(lines: readonly Observation[], findings: readonly Finding[]): void {
  const width = Math.max(...lines.map(({ what }) => what.length));
  for (const { what, expected, seen } of lines) {
    const mark = expected === seen ? 'ok    ' : 'FAULTY';
    say(`${mark}  ${what.padEnd(width)}  ${seen}${expected === seen ? '' : ` instead of ${expected}`}`);
  }
  for (const { rule, path } of findings.slice(0, MOST_FINDINGS_SHOWN)) say(`        ${rule}: ${path}`);
}

async function run({ base, tag, engine: name }: ImageCheckArguments): Promise<number> {
  const engine = await engineFor(name);
  say(`Building ${tag} with ${engine.name}${base === undefined ? '' : ` on ${base}`} ...`);
  const startedAt = Date.now();
  await engine.build({ tag, base, npmrc: npmConfiguration() });
  say(`built in ${Math.round((Date.now() - startedAt) / 1000)} s`);
  const contents = await observeContents(engine, tag, base ?? usualBase());
  say(`containers run with: ${engine.isolation}`);
  const alone = await observeAlone(engine, tag);
  const lines = [...contents.lines, ...alone, ...(await observeWithServers(engine, tag))];
  show(lines, contents.findings);
  const faulty = lines.filter(({ expected, seen }) => expected !== seen).length;
  say(`${lines.length - faulty} as they should be, ${faulty} not`);
  return faulty === 0 ? 0 : EXIT_FAILED;
}

await runProgram(USAGE, async () => run(parseArguments(process.argv.slice(2), process.env)));
