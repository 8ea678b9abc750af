import { asyncApiBreaks, mayBreak, openApiBreaks } from './breaks.js';
import type { Node } from './schemas.js';

// The tests reach deep into documents, to change them anywhere.
// oxlint-disable-next-line typescript/no-explicit-any
type Loose = any;

type Change = (document: Api) => void;

interface Api extends Node {
  paths: Record<string, Record<string, Loose>>;
  components: { schemas: Record<string, Loose> };
}

function api(): Api {
  const thing = { $ref: '#/components/schemas/Thing' };
  return {
    paths: {
      '/things': {
        post: {
          operationId: 'createThing',
          parameters: [{ name: 'mode', in: 'query', schema: { type: 'string' } }],
          requestBody: {
            required: true,
            content: { 'application/json': { schema: { $ref: '#/components/schemas/NewThing' } } },
          },
          responses: {
            201: { headers: { ETag: {} }, content: { 'application/json': { schema: thing } } },
            404: { content: { 'application/problem+json': { schema: { type: 'object' } } } },
          },
        },
      },
    },
    components: {
      schemas: {
        Thing: {
          type: 'object',
          properties: {
            id: { type: 'string' },
            status: { type: 'string', enum: ['new', 'old'] },
            code: { type: 'string', enum: ['a'], 'x-extensible': true },
            parts: { type: 'array', items: thing },
          },
          required: ['id'],
        },
        NewThing: {
          type: 'object',
          properties: { name: { type: 'string', maxLength: 10 }, kind: { type: 'string', enum: ['a', 'b'] } },
          required: ['name'],
          additionalProperties: false,
        },
      },
    },
  };
}

function breaksOf(change: Change): string[] {
  const after = api();
  change(after);
  return openApiBreaks(api(), after);
}

const post = (document: Api) => document.paths['/things']!['post'];
const schema = (document: Api, name: string) => document.components.schemas[name];

describe('a change of the OpenAPI document breaks clients', () => {
  it.each<[string, Change, string]>([
    ['a route is gone', (d) => delete d.paths['/things'], 'POST /things is gone'],
    ['a method is gone', (d) => delete d.paths['/things']!['post'], 'POST /things is gone'],
    ['an operation has another name', (d) => (post(d).operationId = 'x'), 'POST /things is now called x'],
    ['a good status is gone', (d) => delete post(d).responses[201], 'POST /things 201 is gone'],
    ['a header of a reply is gone', (d) => delete post(d).responses[201].headers.ETag, 'no longer has the header ETag'],
    ['a query parameter is gone', (d) => (post(d).parameters = []), 'query mode is gone'],
    ['a parameter must be there', (d) => (post(d).parameters[0].required = true), 'query mode must now be there'],
    [
      'a new parameter must be there',
      (d) => post(d).parameters.push({ name: 'x', in: 'header', required: true, schema: {} }),
      'header x must now be there',
    ],
    ['a field of a reply is gone', (d) => delete schema(d, 'Thing').properties.id, 'POST /things 201.id is gone'],
    ['a field of a reply may be missing', (d) => (schema(d, 'Thing').required = []), '201.id may now be missing'],
    [
      'a field has another type',
      (d) => (schema(d, 'Thing').properties.id.type = 'integer'),
      '201.id may now be integer',
    ],
    [
      'a field may be null',
      (d) => (schema(d, 'Thing').properties.id.type = ['string', 'null']),
      'may now be string, null',
    ],
    ['a closed enum grows', (d) => schema(d, 'Thing').properties.status.enum.push('odd'), '201.status may now be odd'],
    ['a closed enum opens', (d) => delete schema(d, 'Thing').properties.status.enum, '201.status may now be anything'],
    ['a new field must be sent', (d) => schema(d, 'NewThing').required.push('kind'), 'body.kind must now be there'],
    ['a field is no longer taken', (d) => delete schema(d, 'NewThing').properties.kind, 'body.kind is gone'],
    [
      'a value is no longer taken',
      (d) => schema(d, 'NewThing').properties.kind.enum.pop(),
      'body.kind no longer takes b',
    ],
    [
      'values are told',
      (d) => (schema(d, 'NewThing').properties.name.enum = ['x']),
      'body.name no longer takes anything else',
    ],
    [
      'a bound is lower',
      (d) => (schema(d, 'NewThing').properties.name.maxLength = 9),
      'body.name has a lower maxLength',
    ],
    [
      'a bound is new',
      (d) => (schema(d, 'NewThing').properties.name.minLength = 1),
      'body.name has a higher minLength',
    ],
    [
      'a pattern is new',
      (d) => (schema(d, 'NewThing').properties.name.pattern = '^a'),
      'body.name has another pattern',
    ],
    [
      'a body must be there',
      (d) => (schema(d, 'NewThing').properties.name.type = 'integer'),
      'body.name takes integer alone',
    ],
  ])('%s', (_, change, told) => {
    const breaks = breaksOf(change);
    expect(breaks).toHaveLength(1);
    expect(breaks[0]).toContain(told);
  });
});

describe('a change of the OpenAPI document that breaks nobody', () => {
  it.each<[string, Change]>([
    ['nothing', () => undefined],
    ['a new route', (d) => (d.paths['/more'] = { get: { operationId: 'getMore', responses: {} } })],
    ['a new field of a reply', (d) => (schema(d, 'Thing').properties.more = { type: 'string' })],
    ['a field of a reply that is always there', (d) => schema(d, 'Thing').required.push('status')],
    ['fewer values in a reply', (d) => schema(d, 'Thing').properties.status.enum.pop()],
    ['a new value where they may come', (d) => schema(d, 'Thing').properties.code.enum.push('b')],
    ['a new field that may be sent', (d) => (schema(d, 'NewThing').properties.more = { type: 'string' })],
    ['a field that may be left out', (d) => (schema(d, 'NewThing').required = [])],
    ['a new value that is taken', (d) => schema(d, 'NewThing').properties.kind.enum.push('c')],
    ['a wider bound', (d) => (schema(d, 'NewThing').properties.name.maxLength = 11)],
    ['a new parameter', (d) => post(d).parameters.push({ name: 'x', in: 'query', schema: {} })],
    ['a failure that is gone', (d) => delete post(d).responses[404]],
    ['a new failure', (d) => (post(d).responses[409] = {})],
    ['other words', (d) => (schema(d, 'Thing').description = 'A thing')],
  ])('%s', (_, change) => {
    expect(breaksOf(change)).toEqual([]);
  });
});

function messages(): Loose {
  const channel = (address: string | null, message: string): object => ({
    address,
    messages: { [message]: { $ref: `#/components/messages/${message}` } },
  });
  const schema = { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] };
  return {
    channels: {
      ask: channel('things.get', 'Ask'),
      answer: channel(null, 'Answer'),
      events: channel('evt.{id}', 'Event'),
    },
    operations: {
      getThing: {
        action: 'receive',
        channel: { $ref: '#/channels/ask' },
        reply: { channel: { $ref: '#/channels/answer' } },
      },
      publish: { action: 'send', channel: { $ref: '#/channels/events' } },
    },
    components: {
      messages: Object.fromEntries(
        ['Ask', 'Answer', 'Event'].map((name) => [name, { payload: structuredClone(schema) }]),
      ),
    },
  };
}

describe('a change of the AsyncAPI document', () => {
  it.each<[string, (document: Loose) => unknown, string[]]>([
    ['nothing', () => undefined, []],
    ['an operation is gone', (d) => delete d.operations.publish, ['publish is gone']],
    ['another subject', (d) => (d.channels.ask.address = 'things.read'), ['getThing is no longer at things.get']],
    ['a message is gone', (d) => (d.channels.events.messages = {}), ['publish Event is gone']],
    ['a new message', (d) => (d.channels.events.messages.More = { $ref: '#/components/messages/Ask' }), []],
    [
      'an event lacks a field',
      (d) => (d.components.messages.Event.payload.properties = {}),
      ['publish Event.id is gone'],
    ],
    ['an event has more', (d) => (d.components.messages.Event.payload.properties.more = {}), []],
    [
      'a request must have more',
      (d) => {
        d.components.messages.Ask.payload.properties.more = {};
        d.components.messages.Ask.payload.required.push('more');
      },
      ['getThing Ask.more must now be there'],
    ],
    [
      'a reply may lack a field',
      (d) => (d.components.messages.Answer.payload.required = []),
      ['getThing Answer.id may now be missing'],
    ],
  ])('%s', (_, change, told) => {
    const after = messages();
    change(after);
    expect(asyncApiBreaks(messages(), after)).toEqual(told);
  });
});

describe('a version', () => {
  it.each([
    ['0.1.0', '0.1.1', false],
    ['0.1.0', '0.2.0', true],
    ['0.2.0', '0.1.0', false],
    ['1.1.0', '1.2.0', false],
    ['1.1.0', '2.0.0', true],
    ['0.9.0', '1.0.0', true],
  ])('after %s, %s may break: %s', (baseline, version, may) => {
    expect(mayBreak(baseline, version)).toBe(may);
  });
});
