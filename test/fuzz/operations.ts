import { readFileSync } from 'node:fs';

/** The part of JSON Schema that docs/openapi.json describes requests with. */
export interface Schema {
  $ref?: string;
  type?: string;
  enum?: readonly string[];
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  properties?: Record<string, Schema>;
  required?: readonly string[];
}

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema: Schema;
}

/** One request that can be made of the service. */
export interface Operation {
  method: string;
  /** As OpenAPI writes it: `/orders/{id}`. */
  template: string;
  parameters: readonly Parameter[];
  body: Schema | undefined;
}

interface Described {
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}

interface OpenApi {
  paths: Record<string, Record<string, Described>>;
  components: { schemas: Record<string, Schema> };
}

const document = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as OpenApi;

/** Every operation of docs/openapi.json. */
export const OPERATIONS: readonly Operation[] = Object.entries(document.paths).flatMap(([template, methods]) =>
  Object.entries(methods).map(([method, { parameters = [], requestBody }]) => ({
    method: method.toUpperCase(),
    template,
    parameters,
    body: requestBody?.content['application/json']?.schema,
  })),
);

/** The schema itself where another one is named. */
export function resolved(schema: Schema): Schema {
  const name = schema.$ref?.split('/').at(-1);
  return name === undefined ? schema : (document.components.schemas[name] ?? {});
}
