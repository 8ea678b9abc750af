import { SchemaComparison, type Direction, type Node } from './schemas.js';

interface Operation extends Node {
  operationId?: string;
  parameters?: { name: string; in: string; required?: boolean; schema: Node }[];
  requestBody?: { required?: boolean; content: Record<string, { schema: Node }> };
  responses: Record<string, { headers?: Node; content?: Record<string, { schema?: Node }> }>;
}

type Paths = Record<string, Record<string, Operation>>;
type Report = (where: string, what: string) => void;

/** What an OpenAPI document breaks for the clients of an earlier one, a line each. */
export function openApiBreaks(before: Node, after: Node): string[] {
  const found: string[] = [];
  const report: Report = (where, what) => found.push(`${where} ${what}`);
  const schemas = new SchemaComparison({ before, after }, report);
  for (const [path, methods] of Object.entries(before['paths'] as Paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const where = `${method.toUpperCase()} ${path}`;
      const current = (after['paths'] as Paths)[path]?.[method];
      if (current) compareOperations(operation, current, where, schemas, report);
      else report(where, 'is gone');
    }
  }
  return found;
}

function compareOperations(
  before: Operation,
  after: Operation,
  where: string,
  schemas: SchemaComparison,
  report: Report,
): void {
  if (before.operationId !== after.operationId) report(where, `is now called ${after.operationId}`);
  compareParameters(before, after, where, schemas, report);
  if (after.requestBody?.required && !before.requestBody?.required) report(where, 'must now have a body');
  for (const [type, { schema }] of Object.entries(before.requestBody?.content ?? {})) {
    const current = after.requestBody?.content[type];
    if (current) schemas.compare(schema, current.schema, 'request', `${where} body`);
    else report(where, `no longer takes ${type}`);
  }
  for (const [status, response] of Object.entries(before.responses)) {
    const current = after.responses[status];
    const at = `${where} ${status}`;
    // A failure that is gone breaks nobody.
    if (!current && status < '400') report(at, 'is gone');
    if (!current) continue;
    for (const name of Object.keys(response.headers ?? {})) {
      if (!current.headers?.[name]) report(at, `no longer has the header ${name}`);
    }
    for (const [type, { schema }] of Object.entries(response.content ?? {})) {
      const content = current.content?.[type];
      if (content) schemas.compare(schema, content.schema, 'reply', at);
      else report(at, `no longer is ${type}`);
    }
  }
}

function compareParameters(
  before: Operation,
  after: Operation,
  where: string,
  schemas: SchemaComparison,
  report: Report,
): void {
  const same = (one: { name: string; in: string }) => (other: { name: string; in: string }) =>
    one.name === other.name && one.in === other.in;
  for (const parameter of before.parameters ?? []) {
    const current = after.parameters?.find(same(parameter));
    const at = `${where} ${parameter.in} ${parameter.name}`;
    // Headers that nobody reads are borne; an unknown query parameter is refused.
    if (!current && parameter.in !== 'header') report(at, 'is gone');
    if (current) schemas.compare(parameter.schema, current.schema, 'request', at);
  }
  for (const parameter of after.parameters ?? []) {
    const wasRequired = before.parameters?.find(same(parameter))?.required ?? false;
    if (parameter.required && !wasRequired) report(`${where} ${parameter.in} ${parameter.name}`, 'must now be there');
  }
}

interface Channel {
  address?: string;
  messages: Record<string, { $ref: string }>;
}

interface AsyncOperation {
  action: 'send' | 'receive';
  channel: { $ref: string };
  reply?: { channel: { $ref: string } };
}

/** What an AsyncAPI document breaks for those who talk to the service by an earlier one, a line each. */
export function asyncApiBreaks(before: Node, after: Node): string[] {
  const found: string[] = [];
  const report: Report = (where, what) => found.push(`${where} ${what}`);
  const schemas = new SchemaComparison({ before, after }, report);
  const channel = (document: Node, { $ref }: { $ref: string }): Channel | undefined =>
    (document['channels'] as Record<string, Channel>)[$ref.split('/').at(-1) ?? ''];
  for (const [name, operation] of Object.entries(before['operations'] as Record<string, AsyncOperation>)) {
    const current = (after['operations'] as Record<string, AsyncOperation>)[name];
    if (!current) {
      report(name, 'is gone');
      continue;
    }
    if (current.action !== operation.action) report(name, `is now ${current.action}`);
    const [written, read] =
      operation.action === 'send' ? (['reply', 'request'] as const) : (['request', 'reply'] as const);
    const compare = (one: { $ref: string }, other: { $ref: string } | undefined, direction: Direction): void => {
      const [old, now] = [channel(before, one), other && channel(after, other)];
      if (old && now?.address !== old.address) report(name, `is no longer at ${old.address}`);
      for (const message of Object.keys(old?.messages ?? {})) {
        const at = `${name} ${message}`;
        if (now?.messages[message])
          schemas.compare(payloadOf(before, message), payloadOf(after, message), direction, at);
        else report(at, 'is gone');
      }
    };
    compare(operation.channel, current.channel, written);
    if (operation.reply) compare(operation.reply.channel, current.reply?.channel, read);
  }
  return found;
}

function payloadOf(document: Node, message: string): unknown {
  const { messages } = document['components'] as { messages: Record<string, { payload: unknown }> };
  return messages[message]?.payload;
}

/** Whether a version may break those who use the other: another major one, or while it is 0 another minor one. */
export function mayBreak(baseline: string, version: string): boolean {
  const [[oldMajor, oldMinor], [major, minor]] = [partsOf(baseline), partsOf(version)];
  if (major !== oldMajor) return major > oldMajor;
  return major === 0 && minor > oldMinor;
}

function partsOf(version: string): [number, number] {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return [major, minor];
}
