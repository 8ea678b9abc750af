import { ORDER_EVENT_TYPES } from '@marketplace/contracts';
import { createGenerator, type SchemaGenerator } from 'ts-json-schema-generator';
import type { JsonObject } from '../sources.js';

/** The messages that TypeScript types of libs/contracts describe, by the names of the types. */
const TYPES = [
  'QuoteRequest',
  'QuoteReply',
  'StockRequest',
  'ReserveReply',
  'StockReply',
  'AuthorizeRequest',
  'AuthorizeReply',
  'MovePaymentRequest',
  'VoidRequest',
  'MovePaymentReply',
  'GetPaymentRequest',
  'GetPaymentReply',
  'CartEvent',
  'PaymentEvent',
  'NotificationCommand',
] as const;

export type Schemas = Record<string, JsonObject>;

/** JSON Schemas of all messages that are described by TypeScript types, by name, with what they lead to. */
export function messageSchemas(): Schemas {
  const generator = createGenerator({
    path: 'libs/contracts/src/*.ts',
    tsconfig: 'tsconfig.json',
    // The types are checked elsewhere.
    skipTypeCheck: true,
    topRef: false,
    // What is sent may grow.
    additionalProperties: true,
  });
  const schemas: Schemas = {};
  for (const type of TYPES) add(schemas, generator, type);
  addOrderEvents(schemas, generator);
  // Amounts and the like are whole everywhere, and an amount of money is that of HTTP.
  delete schemas['Money'];
  return JSON.parse(JSON.stringify(schemas).replaceAll('"type":"number"', '"type":"integer"')) as Schemas;
}

/** The name of the message of an event of an order. */
export const orderEventName = (type: string): string => `Order${pascal(type)}`;

export function pascal(words: string): string {
  return words.replaceAll(/(?:^|[-.])(\w)/gu, (_, letter: string) => letter.toUpperCase());
}

/** One schema an event: what every event says, and what belongs to its type. */
function addOrderEvents(schemas: Schemas, generator: SchemaGenerator): void {
  const envelope = add(schemas, generator, 'OrderEvent');
  const common = add(schemas, generator, 'OrderEventData');
  const { properties, required } = add(schemas, generator, 'OrderEventDetails');
  const details = properties as Schemas;
  for (const type of ORDER_EVENT_TYPES) {
    const own = resolved(details[type] ?? {}, schemas);
    // Where there may be no detail at all, nothing of it has to be there.
    if (!(required as string[]).includes(type)) own['required'] = [];
    schemas[orderEventName(type)] = {
      ...envelope,
      properties: {
        ...(envelope['properties'] as object),
        type: { const: `marketplace.order.${type}.v1` },
        time: { type: 'string', format: 'date-time' },
        data: {
          type: 'object',
          ...(own['description'] === undefined ? {} : { description: own['description'] }),
          properties: { ...(common['properties'] as object), ...(own['properties'] as object) },
          required: [...(common['required'] as string[]), ...((own['required'] as string[] | undefined) ?? [])],
        },
      },
    };
  }
  for (const name of ['OrderEvent', 'OrderEventData', 'OrderEventDetails']) delete schemas[name];
}

function resolved(detail: JsonObject, schemas: Schemas): JsonObject {
  const { $ref } = detail;
  return typeof $ref === 'string' ? { ...schemas[$ref.split('/').at(-1) ?? ''], ...detail } : { ...detail };
}

function add(schemas: Schemas, generator: SchemaGenerator, type: string): JsonObject {
  const {
    $schema: _,
    definitions = {},
    ...schema
  } = JSON.parse(
    JSON.stringify(generator.createSchema(type)).replaceAll('#/definitions/', '#/components/schemas/'),
  ) as JsonObject & { definitions?: Schemas };
  Object.assign(schemas, definitions, { [type]: schema });
  return schema;
}
