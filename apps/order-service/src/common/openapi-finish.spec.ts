import type { OpenAPIObject } from '@nestjs/swagger';
import { finished } from './openapi-finish.js';

const ref = (name: string): object => ({ $ref: `#/components/schemas/${name}` });
const json = (schema: object): object => ({ content: { 'application/json': { schema } } });

function documentOf(schemas: object, operation: object): OpenAPIObject {
  return {
    openapi: '3.1.0',
    info: { title: 'Things', version: '1.0.0' },
    paths: { '/things': { post: operation } },
    components: { schemas },
  } as unknown as OpenAPIObject;
}

const THING = { type: 'object', properties: { count: { type: 'number' } } };

describe('a document that is finished', () => {
  const document = finished(
    documentOf(
      {
        ThingDto: THING,
        NewThingDto: { ...THING, properties: { thing: { allOf: [ref('ThingDto')] } } },
        ForgottenDto: THING,
        Kept: THING,
      },
      {
        parameters: [
          { in: 'header', name: 'Idempotency-Key' },
          { in: 'query', name: 'limit', required: true, schema: { type: 'number', default: 20 } },
          { in: 'query', name: 'status', required: false, schema: { type: 'array' } },
        ],
        requestBody: json(ref('NewThingDto')),
        responses: {
          201: { ...json(ref('ThingDto')), headers: { 'Idempotency-Replayed': { schema: { enum: ['true'] } } } },
          400: { description: 'wrong' },
          409: { description: 'taken' },
        },
      },
    ),
  );
  const operation = document.paths['/things']?.post;

  it('names schemas for what they describe', () => {
    expect(Object.keys(document.components?.schemas ?? {})).toEqual(['Thing', 'NewThing']);
    expect(operation?.requestBody).toEqual(json(ref('NewThing')));
  });

  it('says what may be left out, and how lists are written', () => {
    expect(operation?.parameters).toMatchObject([
      { name: 'Idempotency-Key' },
      { name: 'limit', required: false },
      { name: 'status', explode: false },
    ]);
  });

  it('has whole numbers alone', () => {
    expect(JSON.stringify(document)).not.toContain('"number"');
  });

  it('takes no unknown fields in requests, and lets replies grow', () => {
    expect(document.components?.schemas).toMatchObject({
      NewThing: { properties: { thing: ref('Thing') }, additionalProperties: false },
    });
    expect(document.components?.schemas?.['Thing']).not.toHaveProperty('additionalProperties');
  });

  it('names the request in every reply, and tells replays of failures that are kept', () => {
    expect(
      Object.values(operation?.responses ?? {}).map((reply) =>
        Object.keys((reply as { headers?: object }).headers ?? {}),
      ),
    ).toEqual([['Idempotency-Replayed', 'X-Request-Id'], ['X-Request-Id'], ['X-Request-Id', 'Idempotency-Replayed']]);
  });

  it('tells that replies which a reader has already are not sent again, unlike streams', () => {
    const of = (type: string): object => ({ responses: { 200: { description: 'read', content: { [type]: {} } } } });
    const paths = { '/things': { get: of('application/json') }, '/events': { get: of('text/event-stream') } };
    const { paths: finish } = finished({ ...documentOf({}, {}), paths } as unknown as OpenAPIObject);
    expect(Object.keys(finish['/things']?.get?.responses ?? {})).toEqual(['200', '304']);
    expect(Object.keys(finish['/events']?.get?.responses ?? {})).toEqual(['200']);
  });
});
