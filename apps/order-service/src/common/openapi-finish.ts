import type { OpenAPIObject } from '@nestjs/swagger';
import { REPLY_HEADERS } from '@marketplace/contracts';

type Node = Record<string, unknown>;

interface Parameter {
  in: string;
  name: string;
  required?: boolean;
  explode?: boolean;
  schema?: Node;
}

interface Operation extends Node {
  parameters?: Parameter[];
  requestBody?: unknown;
  responses: Record<string, { description?: string; headers?: Node; content?: Node }>;
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Node>; headers?: Node };
}

/** Enums of replies whose values may become more without breaking anybody: clients have to bear what they do not know. */
const EXTENSIBLE = ['ProblemCode', 'OrderEventType', 'LedgerKind'];
const SCHEMA_PATH = '#/components/schemas/';
const REQUEST_ID = {
  description: 'Names the request in the log: the one that was sent, if it could be used',
  schema: { type: 'string', example: '0199a1c2-9c44-7d1b-8e0a-5b6f7a8c9d01' },
};

/**
 * What the generator does not know: classes lose their `Dto`, all numbers are whole, references need no wrapping, requests take no
 * unknown fields, and every reply names its request.
 *
 * @param schemas whether to leave out those that no route leads to, such as what travels over NATS alone
 */
export function finished(document: OpenAPIObject, schemas: 'of-routes' | 'all' = 'of-routes'): OpenAPIObject {
  const finish = named(document);
  const operations = Object.values(finish.paths).flatMap((path) => Object.values(path));
  for (const { get } of Object.values(finish.paths)) if (get) documentUnchanged(get);
  for (const operation of operations) {
    completeReplies(operation);
    // Said, not left out: nobody has to sign in.
    operation['security'] ??= [];
    operation.parameters?.forEach(correct);
  }
  finish.components.headers = { 'X-Request-Id': REQUEST_ID };
  visit(finish, (node) => {
    if (node['type'] === 'number') node['type'] = 'integer';
    // The generator takes an example for a number wherever it looks like one.
    if (node['type'] === 'string' && typeof node['example'] === 'number') node['example'] = String(node['example']);
    unwrap(node);
    dropDefaulted(node);
  });
  for (const name of EXTENSIBLE) Object.assign(finish.components.schemas[name] ?? {}, { 'x-extensible': true });
  if (schemas === 'of-routes') removeUnused(finish.components.schemas, operations);
  closeRequests(finish.components.schemas, operations);
  return finish as unknown as OpenAPIObject;
}

/** A copy in which schemas bear the names of what they describe, not of the classes. */
function named(document: OpenAPIObject): Document {
  const json = JSON.stringify(document);
  return JSON.parse(json.replaceAll(/"((?:#\/components\/schemas\/)?[A-Z]\w*)Dto"/gu, '"$1"')) as Document;
}

/** The framework gives an ETag to every reply that it sends as a whole, and answers `If-None-Match` by it. */
function documentUnchanged({ responses }: Operation): void {
  if (responses['200']?.content?.['text/event-stream']) return;
  responses['304'] ??= { description: 'The caller has this reply already (`If-None-Match`)' };
}

function completeReplies({ parameters = [], responses }: Operation): void {
  const takesKey = parameters.some(({ name }) => name === 'Idempotency-Key');
  const replayed = Object.values(responses).find(({ headers }) => headers?.[REPLY_HEADERS.idempotencyReplayed]);
  const isPage = Object.values(responses).some(({ content }) => content?.['text/html']);
  for (const [status, response] of Object.entries(responses)) {
    // Pages tell people of a failure in a page.
    if (isPage && response.content) response.content['text/html'] = { schema: { type: 'string' } };
    response.headers = { ...response.headers, 'X-Request-Id': { $ref: '#/components/headers/X-Request-Id' } };
    // The failures that are kept with a key, and given again.
    if (takesKey && replayed && ['402', '409'].includes(status)) {
      response.headers[REPLY_HEADERS.idempotencyReplayed] = replayed.headers?.[REPLY_HEADERS.idempotencyReplayed];
    }
  }
}

/** What has a default may be left out, and lists are separated by commas. */
function correct(parameter: Parameter): void {
  if (parameter.schema?.['default'] !== undefined) parameter.required = false;
  if (parameter.schema?.['type'] === 'array') parameter.explode = false;
}

/** Beside a reference other keywords may stand since OpenAPI 3.1. */
function unwrap(node: Node): void {
  const { allOf } = node;
  if (!Array.isArray(allOf) || allOf.length !== 1) return;
  Object.assign(node, allOf[0]);
  delete node['allOf'];
}

/** What has a default may be left out. */
function dropDefaulted(node: Node): void {
  const { required, properties } = node as { required?: unknown; properties?: Record<string, Node> };
  if (!Array.isArray(required) || !properties) return;
  node['required'] = required.filter((name: string) => properties[name]?.['default'] === undefined);
}

function removeUnused(schemas: Record<string, Node>, operations: readonly Operation[]): void {
  const used = reached(operations, schemas);
  for (const name of Object.keys(schemas)) if (!used.has(name)) delete schemas[name];
}

/** Requests with unknown fields are refused. What is in replies as well stays open: replies may grow. */
function closeRequests(schemas: Record<string, Node>, operations: readonly Operation[]): void {
  const replies = operations.map(({ responses }) => responses);
  const open = reached(replies, schemas);
  for (const [name, schema] of Object.entries(schemas)) {
    if (!open.has(name) && schema['properties']) schema['additionalProperties'] = false;
  }
}

/** The names of all schemas that a part of the document leads to. */
function reached(from: unknown, schemas: Record<string, Node>, names = new Set<string>()): Set<string> {
  visit(from, ({ $ref }) => {
    if (typeof $ref !== 'string' || !$ref.startsWith(SCHEMA_PATH)) return;
    const name = $ref.slice(SCHEMA_PATH.length);
    if (names.has(name)) return;
    names.add(name);
    reached(schemas[name], schemas, names);
  });
  return names;
}

function visit(value: unknown, seen: (node: Node) => void): void {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) seen(value as Node);
  for (const member of Object.values(value)) visit(member, seen);
}
