import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';
import type { JsonObject } from './sources.js';

const HEAD = `// Written by \`npm run contracts\` from the OpenAPI document and the schemas of what travels over NATS alone.

`;

/** TypeScript types of all routes, and of everything that requests and replies consist of. */
export async function httpTypes(openapi: JsonObject, schemas: Record<string, JsonObject>): Promise<string> {
  const whole = { ...openapi, components: { ...(openapi['components'] as object), schemas } };
  const types = await openapiTS(whole as unknown as OpenAPI3, { alphabetize: true });
  return HEAD + astToString(types);
}
