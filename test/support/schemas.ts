import type { Ajv2020 as Ajv, ValidateFunction } from 'ajv/dist/2020.js';
import ajvModule from 'ajv/dist/2020.js';
import formatsModule from 'ajv-formats';

type Node = Record<string, unknown>;

/**
 * A validator that knows the schemas of a document by `<id>#/components/schemas/<name>`. It takes nothing that the document does not
 * tell: named schemas are closed, although clients have to bear what is new.
 */
export function validatorOf(document: { components: { schemas: Record<string, Node> } }, id: string): Ajv {
  // Every suite compiles what it meets, and looks at few values with it: each schema once, and no time for making the code faster.
  const cheap = { inlineRefs: false, code: { optimize: false } };
  // Whether the documents are good ones is asked once, where they are written.
  const ajv = new ajvModule.Ajv2020({ strict: false, allErrors: false, validateSchema: false, ...cheap });
  formatsModule.default(ajv);
  ajv.addFormat('currency', /^[A-Z]{3}$/u);
  const copy = structuredClone(document);
  Object.values(copy.components.schemas).forEach(close);
  ajv.addSchema({ ...copy, $id: id });
  return ajv;
}

/** What of the value does not fit, for people; undefined where all of it does. */
export function misfit(validate: ValidateFunction, value: unknown): string | undefined {
  if (validate(value)) return undefined;
  return (validate.errors ?? [])
    .map(({ instancePath, message, params }) => `${instancePath || '/'} ${message} ${JSON.stringify(params)}`)
    .join('; ');
}

function close(schema: Node): void {
  const properties = schema['properties'] as Record<string, Node> | undefined;
  if (properties && schema['additionalProperties'] === undefined) schema['additionalProperties'] = false;
  for (const member of [...Object.values(properties ?? {}), schema['items'], ...variantsOf(schema)]) {
    if (typeof member === 'object' && member !== null) close(member as Node);
  }
}

/** The parts of `allOf` describe one value together; none of them may be closed. */
function variantsOf(schema: Node): unknown[] {
  return [schema['anyOf'], schema['oneOf']].flatMap((variants) => (Array.isArray(variants) ? variants : []));
}
