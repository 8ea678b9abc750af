// Puts what each program needs into a few files, of the modules that the compiler has made. Node.js spends most of a start on
// finding and linking modules one by one: a bundle is ready in half the time and with less memory.
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decode, encode } from '@jridgewell/sourcemap-codec';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);

/** By the folders of the applications: the modules that programs begin with. A program lies as deep as `src/main.js`. */
const PROGRAMS = {
  'dist/apps/order-service': {
    main: 'src/main.js',
    'prepare-database': 'src/prepare-database.js',
    reconcile: 'src/reconcile/main.js',
    'audit-verify': 'src/audit/main.js',
    'dead-letters': 'src/dead-letters/main.js',
  },
  'dist/apps/marketplace-simulator': { main: 'src/main.js' },
};

/** What must be there once, whoever asks for it and however, or be found as files. */
const NOT_BUNDLED = ['reflect-metadata', 'class-transformer', 'class-validator', 'swagger-ui-dist'];

/** Nest's packages name many that they can use. What is not installed stays an import, which fails where it is used, if it ever is. */
const leaveOutWhatIsNotInstalled = {
  name: 'leave out what is not installed',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, resolveDir }) => {
      if (isBuiltin(path)) return undefined;
      const name = path.split('/', path.startsWith('@') ? 2 : 1).join('/');
      return isInstalled(name, resolveDir) ? undefined : { path, external: true };
    });
  },
};

function isInstalled(name, folder) {
  const places = createRequire(join(folder, 'any.js')).resolve.paths('any');
  return places.some((place) => existsSync(join(place, name, 'package.json')));
}

/**
 * Mongoose is an object whose methods want it as `this`, or nothing. Node.js exports each by itself; a bundler would make another
 * object of the same kind, which is none of the real one's connections.
 */
const mongooseAsNodeExportsIt = {
  name: 'mongoose as Node.js exports it',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^mongoose$/, namespace: 'file' }, ({ kind, path }) =>
      kind === 'import-statement' ? { path, namespace: 'exports' } : undefined,
    );
    onLoad({ filter: /^mongoose$/, namespace: 'exports' }, () => {
      const names = Object.keys(require('mongoose')).filter(
        (name) => /^[A-Za-z]\w*$/u.test(name) && name !== 'default',
      );
      const lines = names.map((name) => `export const ${name} = instance.${name};`);
      const contents = ["const instance = require('mongoose');", 'export default instance;', ...lines].join('\n');
      return { contents, resolveDir: root };
    });
  },
};

/**
 * Node.js keeps the maps of what it has loaded, and reads all of them when the first stack is looked at: 35 MB, most of it of packages and of
 * columns. Here are the lines of our own code. What a stack says of a package is where it is in the bundle, and the name of the function.
 */
function thinned({ version, sources, mappings }) {
  const own = sources.filter((source) => !source.includes('node_modules/'));
  const ownIndex = sources.map((source) => own.indexOf(source));
  const ownLines = (segments) => {
    let latest;
    return segments.flatMap(([column, source, line]) => {
      const index = ownIndex[source] ?? -1;
      const place = index === -1 ? 'elsewhere' : `${index}:${line}`;
      if (place === latest) return [];
      latest = place;
      return [index === -1 ? [column] : [column, index, line, 0]];
    });
  };
  return { version, sources: own, names: [], mappings: encode(decode(mappings).map(ownLines)) };
}

async function bundle(folder, programs) {
  const outdir = join(root, folder, 'bundle');
  rmSync(outdir, { recursive: true, force: true });
  const { outputFiles } = await build({
    write: false,
    absWorkingDir: root,
    entryPoints: Object.fromEntries(Object.entries(programs).map(([name, file]) => [name, join(folder, file)])),
    outdir,
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    // Names are kept: Nest knows classes by them, and stack traces tell of them.
    keepNames: true,
    minifySyntax: true,
    minifyWhitespace: true,
    sourcemap: true,
    sourcesContent: false,
    external: NOT_BUNDLED,
    plugins: [mongooseAsNodeExportsIt, leaveOutWhatIsNotInstalled],
    // Decorators write into it while modules are loaded, so it comes before them. CommonJS packages ask for what Node.js has.
    banner: {
      js: [
        "import 'reflect-metadata';",
        "import { createRequire as createRequireOfBundle } from 'node:module';",
        'const require = createRequireOfBundle(import.meta.url);',
      ].join('\n'),
    },
    // The compiler's plugin names what a decorator names as well.
    logOverride: { 'duplicate-object-key': 'silent' },
    logLevel: 'warning',
  });
  for (const { path, contents, text } of outputFiles) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, path.endsWith('.map') ? JSON.stringify(thinned(JSON.parse(text))) : contents);
  }
}

await Promise.all(
  Object.entries(PROGRAMS)
    .filter(([folder]) => existsSync(join(root, folder, 'src/main.js')))
    .map(([folder, programs]) => bundle(folder, programs)),
);
