import fc, { type Arbitrary } from 'fast-check';
import type { Body, Draft } from './draft.js';
import { mutations } from './mutations.js';
import { OPERATIONS, type Operation, type Parameter } from './operations.js';
import { valuesOf, type KnownValues } from './schema-values.js';

/** What exists at this moment for requests to name, and who may send them. */
export interface Facts {
  known: KnownValues;
  /** Of admins, customers, vendors, guests. */
  tokens: readonly string[];
  /** That nobody should believe. */
  badTokens: readonly string[];
}

/** Requests of every operation: some as the document describes them, most with something wrong. */
export function drafts(facts: Facts): Arbitrary<Draft> {
  const proper = fc.oneof(...OPERATIONS.map((operation) => properDraft(operation, facts)));
  return fc
    .tuple(proper, mutations(facts.badTokens))
    .map(([draft, changes]) => changes.reduce((changed, change) => change(changed), draft));
}

function properDraft({ method, template, parameters, body }: Operation, facts: Facts): Arbitrary<Draft> {
  const inPlace = (place: Parameter['in']): Parameter[] => parameters.filter((each) => each.in === place);
  return fc
    .record({
      path: fc.tuple(...inPlace('path').map((each) => textOf(each, facts.known))),
      query: someOf(inPlace('query'), facts.known, encodeURIComponent),
      headers: someOf(inPlace('header'), facts.known, headerText),
      // Each known caller as likely as nobody.
      token: fc.constantFrom(undefined, ...facts.tokens),
      body: body === undefined ? fc.constant(undefined) : valuesOf(body, facts.known),
    })
    .map((parts) => ({
      method,
      segments: segmentsOf(template, inPlace('path'), parts.path),
      query: parts.query,
      headers: [
        ...parts.headers,
        ...(parts.token === undefined ? [] : [['authorization', `Bearer ${parts.token}`] as const]),
        ...(body === undefined ? [] : [['content-type', 'application/json'] as const]),
      ],
      body: (body === undefined ? { kind: 'none' } : { kind: 'json', value: parts.body }) satisfies Body,
    }));
}

function segmentsOf(template: string, parameters: readonly Parameter[], values: readonly string[]): string[] {
  const valueOf = (name: string): string => values[parameters.findIndex((each) => each.name === name)] ?? '';
  return template
    .slice(1)
    .split('/')
    .map((part) => (part.startsWith('{') ? encodeURIComponent(valueOf(part.slice(1, -1))) : part));
}

function someOf(
  parameters: readonly Parameter[],
  known: KnownValues,
  written: (text: string) => string,
): Arbitrary<(readonly [string, string])[]> {
  const each = parameters.map((parameter) =>
    fc.option(
      textOf(parameter, known).map((value) => [parameter.name, written(value)] as const),
      { nil: undefined, freq: 1 },
    ),
  );
  return fc.tuple(...each).map((pairs) => pairs.filter((pair) => pair !== undefined));
}

function textOf({ name, schema }: Parameter, known: KnownValues): Arbitrary<string> {
  return valuesOf(schema, known, name).map(String);
}

/** What HTTP can carry: each byte of it is one of the text's. */
function headerText(text: string): string {
  return Buffer.from(text, 'utf8')
    .toString('latin1')
    .replaceAll(/[^\t\u0020-\u007e\u0080-\u00ff]/gu, '');
}
