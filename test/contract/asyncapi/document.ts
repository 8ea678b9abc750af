import { CONTRACTS_VERSION, ORDER_EVENT_TYPES, ORDER_SERVICE_QUEUE, STREAMS } from '@marketplace/contracts';
import type { JsonObject } from '../sources.js';
import { HEADERS } from './headers.js';
import { messageSchemas, orderEventName, pascal, type Schemas } from './message-schemas.js';
import { MADE, SERVED, type RequestContract } from './requests.js';

const DESCRIPTION = `What the Order Service says and hears over NATS.

Requests and replies are plain JSON over core NATS: a reply is the resource, or \`{"error": <problem>}\` with the same problem documents
as over HTTP. Events and commands are kept in JetStream streams and delivered at least once: their ids, which are also the
\`Nats-Msg-Id\`, tell repetitions.`;

const ref = ($ref: string): { $ref: string } => ({ $ref });
const schemaRef = (name: string): { $ref: string } => ref(`#/components/schemas/${name}`);
const messageRef = (name: string): { $ref: string } => ref(`#/components/messages/${name}`);

/** The AsyncAPI document: schemas of requests come from the service's classes, all others from the types of libs/contracts. */
export function asyncApiDocument(httpSchemas: Schemas): JsonObject {
  const parts: Parts = { channels: {}, operations: {}, messages: {} };
  addRequests(parts);
  addStreams(parts);
  const schemas = { ...messageSchemas(), ...HEADERS, Failure: FAILURE };
  for (const name of Object.keys(schemas)) if (httpSchemas[name]) throw new Error(`There are two schemas ${name}`);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Order Service',
      version: CONTRACTS_VERSION,
      description: DESCRIPTION,
      license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
    },
    defaultContentType: 'application/json',
    servers: { nats: { host: 'localhost:4222', protocol: 'nats', description: 'NATS with JetStream' } },
    channels: parts.channels,
    operations: parts.operations,
    components: {
      messages: parts.messages,
      schemas: opened(parts, reachable(parts.messages, { ...httpSchemas, ...schemas })),
    },
  };
}

interface Parts {
  channels: Record<string, JsonObject>;
  operations: Record<string, JsonObject>;
  messages: Record<string, JsonObject>;
}

const FAILURE = {
  type: 'object',
  description: 'The request was refused or failed',
  properties: { error: schemaRef('Problem') },
  required: ['error'],
};

function addRequests(parts: Parts): void {
  parts.messages['Failure'] = message('Failure', 'The request was refused, or failed', 'ReplyHeaders');
  for (const request of SERVED) {
    addRequest(parts, request, 'receive', ['Failure']);
    parts.operations[request.operation]!['bindings'] = { nats: { queue: ORDER_SERVICE_QUEUE } };
  }
  for (const request of MADE) addRequest(parts, request, 'send', []);
}

function addRequest(parts: Parts, contract: RequestContract, action: 'send' | 'receive', failures: string[]): void {
  const { operation, subject, request, reply, summary } = contract;
  const channel = `${operation}Request`;
  const replyChannel = `${operation}Reply`;
  parts.messages[request] ??= message(request, `The body of ${subject}`, 'RequestHeaders');
  parts.messages[reply] ??= message(reply, `An answer to ${subject}`, 'ReplyHeaders');
  const replies = [reply, ...failures];
  parts.channels[channel] = { address: subject, messages: { [request]: messageRef(request) } };
  // Every request names a subject of its own for the answer.
  parts.channels[replyChannel] = {
    address: null,
    messages: Object.fromEntries(replies.map((name) => [name, messageRef(name)])),
  };
  parts.operations[operation] = {
    action,
    summary,
    channel: ref(`#/channels/${channel}`),
    messages: [ref(`#/channels/${channel}/messages/${request}`)],
    reply: {
      channel: ref(`#/channels/${replyChannel}`),
      messages: replies.map((name) => ref(`#/channels/${replyChannel}/messages/${name}`)),
    },
  };
}

function addStreams(parts: Parts): void {
  for (const type of ORDER_EVENT_TYPES) {
    const name = orderEventName(type);
    parts.messages[name] = message(name, `Event ${type} of an order`, 'EventHeaders');
  }
  parts.messages['CartEvent'] = message('CartEvent', 'What became of a cart', 'EventHeaders');
  parts.messages['PaymentEvent'] = message('PaymentEvent', 'The late word of the Payment Service', 'EventHeaders');
  parts.messages['NotificationCommand'] = message('NotificationCommand', 'Send this message', 'EventHeaders');
  parts.messages['DeadLetter'] = {
    name: 'DeadLetter',
    summary: 'A message that could not be used, as it came',
    headers: schemaRef('DeadLetterHeaders'),
    payload: {},
  };
  addStream(parts, 'send', 'publishOrderEvent', {
    stream: STREAMS.orders.name,
    address: 'evt.orders.{orderId}.{type}',
    messages: ORDER_EVENT_TYPES.map(orderEventName),
  });
  addStream(parts, 'send', 'publishCartEvent', {
    stream: STREAMS.carts.name,
    address: 'evt.carts.{cartId}.{type}',
    messages: ['CartEvent'],
  });
  addStream(parts, 'receive', 'takePaymentEvent', {
    stream: STREAMS.payments.name,
    address: 'evt.payments.{paymentId}.{type}',
    messages: ['PaymentEvent'],
  });
  addStream(parts, 'send', 'sendNotification', {
    stream: STREAMS.notifications.name,
    address: STREAMS.notifications.subjects[0],
    messages: ['NotificationCommand'],
  });
  addStream(parts, 'send', 'keepDeadLetter', {
    stream: STREAMS.deadLetters.name,
    address: 'dlq.order-service.{stream}.{subject}',
    messages: ['DeadLetter'],
  });
}

function addStream(
  parts: Parts,
  action: 'send' | 'receive',
  operation: string,
  { stream, address, messages }: { stream: string; address: string; messages: readonly string[] },
): void {
  const channel = pascal(stream.toLowerCase().replaceAll('_', '-'));
  const parameters = [...address.matchAll(/\{(\w+)\}/gu)].map(([, name = '']) => name);
  parts.channels[channel] = {
    address,
    description: `JetStream stream ${stream}`,
    ...(parameters.length > 0
      ? { parameters: Object.fromEntries(parameters.map((name) => [name, PARAMETERS[name]])) }
      : {}),
    messages: Object.fromEntries(messages.map((name) => [name, messageRef(name)])),
  };
  parts.operations[operation] = {
    action,
    summary: `Stream ${stream}`,
    channel: ref(`#/channels/${channel}`),
    messages: messages.map((name) => ref(`#/channels/${channel}/messages/${name}`)),
  };
}

const PARAMETERS: Record<string, object> = {
  orderId: { description: 'The order' },
  cartId: { description: 'The cart' },
  paymentId: { description: 'The payment' },
  type: { description: 'The type of the event, such as `shipped`' },
  stream: { description: 'The stream of the original message' },
  subject: { description: 'The subject of the original message, with its dots' },
};

function message(schema: string, summary: string, headers: string): JsonObject {
  return { name: schema, summary, headers: schemaRef(headers), payload: schemaRef(schema) };
}

/** Replies may grow; the service's own document has opened those that travel over HTTP. */
function opened({ messages }: Parts, schemas: Schemas): Schemas {
  const inReplies = reachable(
    SERVED.map(({ reply }) => messages[reply]),
    schemas,
  );
  const open = ([name, schema]: [string, JsonObject]): [string, JsonObject] => {
    const { additionalProperties, ...rest } = schema;
    return [name, inReplies[name] && additionalProperties === false ? rest : schema];
  };
  return Object.fromEntries(Object.entries(schemas).map(open));
}

/** The schemas that messages lead to, in alphabetical order. */
function reachable(from: unknown, schemas: Schemas): Schemas {
  const names = new Set<string>();
  const visit = (value: unknown): void => {
    for (const [, name = ''] of JSON.stringify(value).matchAll(/"#\/components\/schemas\/(\w+)"/gu)) {
      if (names.has(name)) continue;
      if (!schemas[name]) throw new Error(`There is no schema ${name}`);
      names.add(name);
      visit(schemas[name]);
    }
  };
  visit(from);
  return Object.fromEntries([...names].sort().map((name) => [name, schemas[name] ?? {}]));
}
