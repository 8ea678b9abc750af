// Bundles what runs in browsers: one script for each page and the style sheet of all, with a hash of their contents in their names.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const source = fileURLToPath(new URL('src', import.meta.url));
const output = fileURLToPath(new URL('../../dist/apps/order-service/assets', import.meta.url));

const ENTRY_POINTS = {
  ops: join(source, 'board/browser/main.tsx'),
  tracking: join(source, 'tracking/pages/browser/main.tsx'),
  style: join(source, 'web/browser/style.css'),
};

rmSync(output, { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: ENTRY_POINTS,
  entryNames: '[name]-[hash]',
  outdir: output,
  bundle: true,
  minify: true,
  metafile: true,
  format: 'esm',
  platform: 'browser',
  // Two years of the browsers that people carry about.
  target: ['es2022', 'chrome110', 'firefox115', 'safari16.4'],
  logLevel: 'warning',
});
mkdirSync(output, { recursive: true });
writeFileSync(join(output, 'manifest.json'), `${JSON.stringify(manifestOf(metafile), null, 2)}\n`);

/** The file that was made of each entry point. */
function manifestOf({ outputs }) {
  const made = Object.keys(outputs).map((file) => basename(file));
  return Object.fromEntries(
    Object.keys(ENTRY_POINTS).map((name) => [name, made.find((file) => file.startsWith(`${name}-`))]),
  );
}
