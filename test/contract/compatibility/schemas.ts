export type Node = Record<string, unknown>;

/** Who writes what a schema describes: clients write requests, the service writes replies and messages. */
export type Direction = 'request' | 'reply';

/** Two versions of a document, to look references up in. */
export interface Versions {
  before: Node;
  after: Node;
}

type Report = (where: string, what: string) => void;

/** The bounds that shut something out when they grow, and those that do when they shrink. */
const LOWER_BOUNDS = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'];
const UPPER_BOUNDS = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'];

/**
 * Reports what breaks somebody: a request that was taken and is no more, or a reply that a client could rely on and cannot any more. What
 * else is new in a reply clients have to bear, and values of an enum that is marked as extensible.
 */
export class SchemaComparison {
  readonly #compared = new Set<string>();

  constructor(
    private readonly versions: Versions,
    private readonly report: Report,
  ) {}

  compare(oldSchema: unknown, newSchema: unknown, direction: Direction, where: string): void {
    const before = this.#resolved(oldSchema, this.versions.before);
    const after = this.#resolved(newSchema, this.versions.after);
    if (before === undefined) return;
    if (after === undefined) return this.report(where, 'is no longer described');
    // Schemas may hold themselves.
    const name = `${direction} ${refOf(oldSchema)} ${refOf(newSchema)}`;
    if (refOf(oldSchema) !== undefined && this.#compared.has(name)) return;
    this.#compared.add(name);
    this.#types(before, after, direction, where);
    this.#values(before, after, direction, where);
    if (direction === 'request') this.#bounds(before, after, where);
    this.#properties(before, after, direction, where);
    if (before['items']) this.compare(before['items'], after['items'], direction, `${where}[]`);
    for (const keyword of ['allOf', 'oneOf', 'anyOf']) this.#variants(keyword, before, after, direction, where);
  }

  #resolved(schema: unknown, document: Node): Node | undefined {
    let current = schema as Node | undefined;
    for (let ref = refOf(current); ref !== undefined; ref = refOf(current)) {
      const { $ref: _, ...beside } = current as Node;
      const target = ref
        .slice(2)
        .split('/')
        .reduce<unknown>((node, part) => (node as Node | undefined)?.[part], document) as Node | undefined;
      current = target && { ...target, ...beside };
    }
    return current;
  }

  #types(before: Node, after: Node, direction: Direction, where: string): void {
    const [old, current] = [typesOf(before), typesOf(after)];
    if (direction === 'request' && !covers(current, old)) this.report(where, `takes ${current.join(', ')} alone`);
    if (direction === 'reply' && !covers(old, current))
      this.report(where, `may now be ${current.join(', ') || 'anything'}`);
  }

  #values(before: Node, after: Node, direction: Direction, where: string): void {
    const [old, current] = [valuesOf(before), valuesOf(after)];
    if (direction === 'request') {
      const gone = current === undefined ? [] : (old ?? ['anything else']).filter((value) => !current.includes(value));
      if (gone.length > 0) this.report(where, `no longer takes ${gone.join(', ')}`);
      return;
    }
    if (old === undefined || before['x-extensible'] === true) return;
    const added = current === undefined ? ['anything'] : current.filter((value) => !old.includes(value));
    if (added.length > 0) this.report(where, `may now be ${added.join(', ')}`);
  }

  #bounds(before: Node, after: Node, where: string): void {
    for (const bound of LOWER_BOUNDS) {
      if (numberOf(after, bound, -Infinity) > numberOf(before, bound, -Infinity))
        this.report(where, `has a higher ${bound}`);
    }
    for (const bound of UPPER_BOUNDS) {
      if (numberOf(after, bound, Infinity) < numberOf(before, bound, Infinity))
        this.report(where, `has a lower ${bound}`);
    }
    for (const rule of ['pattern', 'format']) {
      if (after[rule] !== undefined && after[rule] !== before[rule]) this.report(where, `has another ${rule}`);
    }
    if (after['additionalProperties'] === false && before['additionalProperties'] !== false) {
      this.report(where, 'takes no unknown fields any more');
    }
  }

  #properties(before: Node, after: Node, direction: Direction, where: string): void {
    const [old, current] = [propertiesOf(before), propertiesOf(after)];
    const [oldRequired, required] = [requiredOf(before), requiredOf(after)];
    for (const [name, schema] of Object.entries(old)) {
      const at = `${where}.${name}`;
      if (current[name] !== undefined) this.compare(schema, current[name], direction, at);
      else if (direction === 'reply' || after['additionalProperties'] === false) this.report(at, 'is gone');
    }
    if (direction === 'request') {
      for (const name of required)
        if (!oldRequired.includes(name)) this.report(`${where}.${name}`, 'must now be there');
    } else {
      for (const name of oldRequired) {
        if (current[name] !== undefined && !required.includes(name))
          this.report(`${where}.${name}`, 'may now be missing');
      }
    }
  }

  #variants(keyword: string, before: Node, after: Node, direction: Direction, where: string): void {
    const [old, current] = [listOf(before[keyword]), listOf(after[keyword])];
    old.forEach((variant, index) => {
      if (current[index] !== undefined) this.compare(variant, current[index], direction, where);
    });
    const [fewer, more] = [current.length < old.length, current.length > old.length];
    // Every part of allOf demands something more; every variant of the others allows it.
    const narrower = keyword === 'allOf' ? more : fewer && old.length > 0;
    const wider = keyword === 'allOf' ? fewer : more && old.length > 0;
    if (direction === 'request' ? narrower : wider)
      this.report(where, `has ${current.length} parts in ${keyword}, not ${old.length}`);
  }
}

function refOf(schema: unknown): string | undefined {
  const ref = (schema as Node | undefined)?.['$ref'];
  return typeof ref === 'string' ? ref : undefined;
}

/** Empty where any type will do. */
function typesOf(schema: Node): string[] {
  return listOf(schema['type'] ?? []).map(String);
}

function covers(wide: readonly string[], narrow: readonly string[]): boolean {
  if (wide.length === 0) return true;
  return narrow.length > 0 && narrow.every((type) => wide.includes(type));
}

function valuesOf(schema: Node): string[] | undefined {
  if (schema['const'] !== undefined) return [schema['const'] as string];
  return Array.isArray(schema['enum']) ? schema['enum'].map(String) : undefined;
}

function numberOf(schema: Node, bound: string, otherwise: number): number {
  return typeof schema[bound] === 'number' ? schema[bound] : otherwise;
}

function propertiesOf(schema: Node): Record<string, unknown> {
  return (schema['properties'] ?? {}) as Record<string, unknown>;
}

function requiredOf(schema: Node): string[] {
  return listOf(schema['required'] ?? []) as string[];
}

function listOf(value: unknown): unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
