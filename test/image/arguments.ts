import { parseArgs } from 'node:util';
import { UsageError } from '../support/program.js';

export const USAGE = `Usage: npm run check:image [-- options]

  --base <image>   base to build on, where the Dockerfile's own cannot be had (IMAGE_BASE does the same)
  --tag <name>     name of the image that is built (default order-service:check)
  --engine <name>  docker or buildah (default: docker if its daemon answers, else buildah)`;

export interface ImageCheckArguments {
  readonly base: string | undefined;
  readonly tag: string;
  readonly engine: 'docker' | 'buildah' | undefined;
}

/** @throws UsageError when the arguments cannot be followed */
export function parseArguments(values: string[], environment: NodeJS.ProcessEnv): ImageCheckArguments {
  const text = { type: 'string' } as const;
  let given;
  try {
    given = parseArgs({ args: values, options: { base: text, tag: text, engine: text }, strict: true }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  const { base, tag, engine } = given;
  if (engine !== undefined && engine !== 'docker' && engine !== 'buildah')
    throw new UsageError(`--engine is docker or buildah, not "${engine}"`);
  return { base: base || environment['IMAGE_BASE'] || undefined, tag: tag || 'order-service:check', engine };
}
