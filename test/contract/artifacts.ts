import { readSources } from './sources.js';

/** A file that is made from the code and committed, so that a change of the contracts shows in the change of the code. */
export interface Artifact {
  path: string;
  text: string;
}

export async function makeArtifacts(): Promise<Artifact[]> {
  const { openapi } = await readSources();
  return [{ path: 'docs/openapi.json', text: json(openapi) }];
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
