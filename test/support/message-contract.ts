import { readFileSync } from 'node:fs';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import { misfit, validatorOf } from './schemas.js';

interface Reference {
  $ref: string;
}

interface AsyncApi {
  channels: Record<string, { address?: string; messages: Record<string, Reference> }>;
  operations: Record<string, { channel: Reference; reply?: { channel: Reference } }>;
  components: {
    messages: Record<string, { payload: Partial<Reference> }>;
    schemas: Record<string, { properties?: { type?: { const?: string } } } & Record<string, unknown>>;
  };
}

const ID = 'asyncapi';
/** Read when a suite first looks at a message: most look at none. */
class Contract {
  readonly document = JSON.parse(readFileSync('docs/asyncapi.json', 'utf8')) as AsyncApi;
  readonly ajv = validatorOf(this.document, ID);
  readonly validators = new Map<string, ValidateFunction>();
  readonly channels = Object.entries(this.document.channels).flatMap(([name, { address }]) =>
    !address ? [] : [{ name, pattern: patternOf(address) }],
  );
}

let read: Contract | undefined;

function contract(): Contract {
  read ??= new Contract();
  return read;
}

/** Demands that a reply is one that docs/asyncapi.json tells of. What is said of subjects that it does not know goes unread. */
export function requireDocumentedReply(subject: string, body: unknown): void {
  const request = channelOf(subject);
  const operation = Object.values(contract().document.operations).find(({ channel }) => last(channel) === request);
  if (!operation?.reply) return;
  const schemas = schemasOf(last(operation.reply.channel));
  const isFailure = typeof body === 'object' && body !== null && 'error' in body;
  demand(
    `the reply to ${subject}`,
    schemas.find((name) => (name === 'Failure') === isFailure),
    body,
  );
}

/** Demands that a message of a stream is one that docs/asyncapi.json tells of. */
export function requireDocumentedMessage(subject: string, body: unknown): void {
  const channel = channelOf(subject);
  if (channel === undefined) throw new Error(`docs/asyncapi.json has no channel for ${subject}`);
  const schemas = schemasOf(channel);
  if (schemas.length === 0) return;
  const type = (body as { type?: string }).type;
  const fitting =
    schemas.length === 1
      ? schemas[0]
      : schemas.find((name) => contract().document.components.schemas[name]?.properties?.type?.const === type);
  demand(`the message on ${subject}`, fitting, body);
}

function demand(what: string, schema: string | undefined, body: unknown): void {
  const fault = schema === undefined ? 'is not told of' : misfit(validatorFor(schema), body);
  if (fault === undefined) return;
  throw new Error(`${what}: ${fault} (docs/asyncapi.json): ${JSON.stringify(body).slice(0, 1_000)}`);
}

function channelOf(subject: string): string | undefined {
  return contract().channels.find(({ pattern }) => pattern.test(subject))?.name;
}

/** The names of the schemas of a channel's messages; none for a message of any shape. */
function schemasOf(channel: string): string[] {
  const { document } = contract();
  return Object.values(document.channels[channel]?.messages ?? {}).flatMap((message) => {
    const { $ref } = document.components.messages[last(message)]?.payload ?? {};
    return $ref === undefined ? [] : [last({ $ref })];
  });
}

function validatorFor(schema: string): ValidateFunction {
  const { ajv, validators } = contract();
  const known = validators.get(schema);
  if (known) return known;
  const validate = ajv.compile({ $ref: `${ID}#/components/schemas/${schema}` });
  validators.set(schema, validate);
  return validate;
}

function last({ $ref }: Reference): string {
  return $ref.split('/').at(-1) ?? '';
}

/** The last part may have dots in it: a dead letter's subject. */
function patternOf(address: string): RegExp {
  const escaped = address
    .replaceAll('.', '\\.')
    .replaceAll(/\{subject\}/gu, '.+')
    .replaceAll(/\{\w+\}/gu, '[^.]+');
  return new RegExp(`^${escaped}$`, 'u');
}
