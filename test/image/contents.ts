import { readdir, readFile, lstat } from 'node:fs/promises';
import { join } from 'node:path';

/** A file of the image, by its path from the root of the image. */
export interface ImageFile {
  readonly path: string;
  readonly bytes: number;
}

/** Something that the image should not hold, and where. */
export interface Finding {
  readonly rule: string;
  readonly path: string;
}

/** What `package-lock.json` says of the packages that `npm ci` may install. */
export type LockedPackages = Readonly<Record<string, { readonly dev?: boolean }>>;

const MODULES = 'app/node_modules/';

interface Rule {
  readonly name: string;
  breaks(path: string): boolean;
}

const RULES: readonly Rule[] = [
  {
    name: 'no sources in TypeScript',
    breaks: (path) => path.startsWith('app/') && !path.startsWith(MODULES) && /\.[cm]?tsx?$/u.test(path),
  },
  {
    name: 'no tests',
    breaks: (path) =>
      path.startsWith('app/') && !path.startsWith(MODULES) && /\.(?:e2e-)?spec[.-]|^app\/(?:dist\/)?test\//u.test(path),
  },
  {
    name: 'no tooling',
    breaks: (path) => /^app\/(?:dist\/)?libs\/local-stack\/|^app\/dist\/apps\/marketplace-simulator\//u.test(path),
  },
  {
    name: 'no secrets',
    breaks: (path) =>
      /(?:^|\/)\.(?:npmrc|env[^/]*|netrc|git-credentials)$|(?:^|\/)\.(?:aws|ssh|docker|kube)\//u.test(path) ||
      (path.startsWith('app/') && !path.startsWith(MODULES) && /\.(?:pem|key|p12)$/u.test(path)),
  },
  {
    name: 'no repository',
    breaks: (path) => /(?:^|\/)\.git\//u.test(path),
  },
  {
    name: 'no caches of package managers',
    breaks: (path) =>
      /(?:^|\/)\.npm\/|(?:^|\/)_cacache\/|node_modules\/\.cache\/|^var\/cache\/apt\/.*\.(?:deb|bin)$/u.test(path),
  },
];

/** What the image holds and should not. */
export function findingsOf(files: readonly ImageFile[], locked: LockedPackages): Finding[] {
  const findings = files.flatMap(({ path }) =>
    RULES.filter((rule) => rule.breaks(path)).map((rule): Finding => ({ rule: rule.name, path })),
  );
  const development = new Set<string>();
  for (const { path } of files) {
    const name = packageOf(path);
    if (name !== undefined && isForDevelopment(locked[name])) development.add(name);
  }
  for (const path of development) findings.push({ rule: 'no development dependencies', path });
  return findings;
}

export const RULE_NAMES: readonly string[] = [...RULES.map(({ name }) => name), 'no development dependencies'];

function isForDevelopment(entry: LockedPackages[string] | undefined): boolean {
  // A package that is not in the lock file is there by no rule at all.
  return entry === undefined || entry.dev === true;
}

/** The package whose package.json a file is, as package-lock.json calls it: `node_modules/a/node_modules/@b/c`. */
function packageOf(path: string): string | undefined {
  return /^app\/((?:node_modules\/(?:@[^/]+\/)?[^/]+\/)+)package\.json$/u.exec(path)?.[1]?.slice(0, -1);
}

/** All files below a folder. Links are not followed: they may lead out of the image. */
export async function filesBelow(root: string): Promise<ImageFile[]> {
  const files: ImageFile[] = [];
  const visit = async (folder: string): Promise<void> => {
    for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) await visit(path);
      else if (entry.isFile()) files.push({ path, bytes: (await lstat(join(root, path))).size });
    }
  };
  for (const entry of await readdir(root, { withFileTypes: true })) {
    // What the kernel puts there when a container runs is no part of the image.
    if (entry.isDirectory() && !['proc', 'sys', 'dev'].includes(entry.name)) await visit(entry.name);
  }
  return files;
}

export async function lockedPackages(): Promise<LockedPackages> {
  const lock = JSON.parse(await readFile('package-lock.json', 'utf8')) as { packages: LockedPackages };
  return lock.packages;
}
