import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { CONTRACTS_VERSION } from '@marketplace/contracts';
import { asyncApiBreaks, mayBreak, openApiBreaks } from './compatibility/breaks.js';
import type { Node } from './compatibility/schemas.js';

const FOLDER = 'docs/contracts/baseline';
const DOCUMENTS = { 'openapi.json': openApiBreaks, 'asyncapi.json': asyncApiBreaks };
const PACKAGES = ['package.json', 'libs/contracts/package.json'];

/** What breaks those who use the released contracts, unless the version says that it may. */
export function baselineFaults(): string[] {
  return Object.entries(DOCUMENTS).flatMap(([file, breaks]) => {
    const path = `${FOLDER}/${file}`;
    if (!existsSync(path)) return [`There is no ${path}: \`npm run contracts -- --release\` writes it.`];
    const [before, after] = [read(path), read(`docs/${file}`)];
    const released = (before['info'] as { version: string }).version;
    if (mayBreak(released, CONTRACTS_VERSION)) return [];
    return breaks(before, after).map((what) => `docs/${file} breaks ${released}: ${what}`);
  });
}

/** The version stands in several places. */
export function versionFaults(): string[] {
  return PACKAGES.filter((path) => read(path)['version'] !== CONTRACTS_VERSION).map(
    (path) => `The version in ${path} is not ${CONTRACTS_VERSION}, as in libs/contracts/src/version.ts.`,
  );
}

/** Makes the documents as they are what later ones are compared with. */
export function writeBaseline(): void {
  mkdirSync(FOLDER, { recursive: true });
  for (const file of Object.keys(DOCUMENTS)) copyFileSync(`docs/${file}`, `${FOLDER}/${file}`);
}

function read(path: string): Node {
  return JSON.parse(readFileSync(path, 'utf8')) as Node;
}
