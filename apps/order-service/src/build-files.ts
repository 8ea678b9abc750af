import { fileURLToPath } from 'node:url';

// What the service reads beside its own code, seen from this file. A bundled program lies as deep in dist/ as this file does,
// so the same paths hold there; they hold nowhere deeper.

/** The scripts and the style sheet of the pages, as `bundle-web.mjs` makes them. */
export const ASSETS_FOLDER = fileURLToPath(new URL('../assets/', import.meta.url));

/** The document of the messages: `docs/` stands beside the build in the repository as in the image. */
export const ASYNCAPI_FILE = fileURLToPath(new URL('../../../../docs/asyncapi.json', import.meta.url));
