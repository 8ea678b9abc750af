import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ASSETS_FOLDER as FOLDER } from '../build-files.js';

const TYPES: Record<string, string> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
};

/** What `bundle-web.mjs` has made of each entry point. */
type Manifest = Record<'ops' | 'tracking' | 'style', string>;

export interface Asset {
  contentType: string;
  content: Buffer;
}

/** The scripts and the style sheet of the pages, read once: they are small, and a name says what is in the file. */
export class Assets {
  readonly #byName: ReadonlyMap<string, Asset>;

  private constructor(private readonly manifest: Manifest) {
    this.#byName = new Map(Object.values(manifest).map((name) => [name, assetOf(name)]));
  }

  /** @throws Error where the build has left them out: better found at the start than by the first person to look */
  static load(): Assets {
    try {
      return new Assets(JSON.parse(readFileSync(join(FOLDER, 'manifest.json'), 'utf8')) as Manifest);
    } catch (cause) {
      throw new Error('the scripts of the pages are missing: run "npm run build"', { cause });
    }
  }

  get(name: string): Asset | undefined {
    return this.#byName.get(name);
  }

  /** Where browsers find what was made of an entry point. */
  pathOf(entry: keyof Manifest): string {
    return `/assets/${this.manifest[entry]}`;
  }
}

function assetOf(name: string): Asset {
  const extension = name.slice(name.lastIndexOf('.') + 1);
  return {
    contentType: TYPES[extension] ?? 'application/octet-stream',
    content: readFileSync(join(FOLDER, name)),
  };
}
