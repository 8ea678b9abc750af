import { asyncApiDocument } from './asyncapi/document.js';
import { httpTypes } from './http-types.js';
import { readSources } from './sources.js';

/** A file that is made from the code and committed, so that a change of the contracts shows in the change of the code. */
export interface Artifact {
  path: string;
  text: string;
}

export async function makeArtifacts(): Promise<Artifact[]> {
  const { openapi, schemas } = await readSources();
  return [
    { path: 'docs/openapi.json', text: json(openapi) },
    { path: 'docs/asyncapi.json', text: json(asyncApiDocument(schemas)) },
    { path: 'libs/contracts/src/http/schema.ts', text: await httpTypes(openapi, schemas) },
  ];
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
