import { readFileSync } from 'node:fs';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import { misfit, validatorOf } from './schemas.js';

interface Documented {
  content?: Record<string, { schema?: object }>;
}

interface Operation {
  operationId: string;
  responses: Record<string, Documented>;
}

interface OpenApi {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Record<string, unknown>> };
}

interface HttpExchange {
  method: string;
  /** With its query. */
  path: string;
  status: number;
  headers: Headers;
  text: string;
}

const ID = 'openapi';
/** Pages for people and what they load, and the documents themselves. */
const UNDOCUMENTED = /^\/(?:(?:docs|ops|assets)(?:[/-].*)?|track\/?)?$/u;

const document = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as OpenApi;
const ajv = validatorOf(document, ID);
const routes = Object.keys(document.paths).map((template) => ({
  template,
  pattern: new RegExp(`^${template.replaceAll(/\{[^}]+\}/gu, '[^/]+')}/?$`, 'u'),
  parameters: (template.match(/\{/gu) ?? []).length,
}));
const validators = new Map<string, ValidateFunction>();
const deviations: string[] = [];

/**
 * Demands that the reply is one that docs/openapi.json tells of: the route, the status, the media type and the body.
 *
 * @throws Error which says what is not documented
 */
export function requireDocumented(exchange: HttpExchange): void {
  const fault = faultOf(exchange);
  if (fault === undefined) return;
  const { method, path, status, text } = exchange;
  const deviation = `${method} ${path} answered ${status}, ${fault} (docs/openapi.json): ${text.slice(0, 1_000)}`;
  deviations.push(deviation);
  throw new Error(deviation);
}

/** All that was not documented since the last time, for suites that let a request fail. */
export function undocumented(): string[] {
  return deviations.splice(0);
}

function faultOf({ method, path, status, headers, text }: HttpExchange): string | undefined {
  const type = (headers.get('content-type') ?? '').split(';')[0] ?? '';
  // Node.js itself answers what is no HTTP.
  if (type === '' && text === '' && [400, 408, 431].includes(status)) return undefined;
  const pathname = path.split('?')[0] ?? '';
  if (UNDOCUMENTED.test(pathname)) return undefined;
  const route = routeOf(pathname);
  const operation = route && document.paths[route]?.[method === 'HEAD' ? 'get' : method.toLowerCase()];
  if (!operation) return isRefusal(status, type) ? undefined : 'although there is no such route';
  const response = operation.responses[status];
  if (!response) return `a status that ${operation.operationId} does not have`;
  if (!response.content) return text === '' ? undefined : 'with a body that it should not have';
  if (method === 'HEAD') return undefined;
  const media = response.content[type];
  if (!media) return `with ${type || 'no type'} instead of ${Object.keys(response.content).join(', ')}`;
  if (!/json/u.test(type)) return undefined;
  const place = ['paths', route, method.toLowerCase(), 'responses', String(status), 'content', type, 'schema'];
  return misfit(validatorAt(place), JSON.parse(text));
}

/** The template of the path; of several that fit the one with the fewest parameters. */
function routeOf(pathname: string): string | undefined {
  const fitting = routes.filter(({ pattern }) => pattern.test(pathname));
  return fitting.sort((one, other) => one.parameters - other.parameters)[0]?.template;
}

function isRefusal(status: number, type: string): boolean {
  return status >= 400 && status < 500 && type === 'application/problem+json';
}

function validatorAt(place: readonly string[]): ValidateFunction {
  const pointer = place.map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1')).join('/');
  const $ref = `${ID}#/${encodeURI(pointer)}`;
  const known = validators.get($ref);
  if (known) return known;
  const validate = ajv.compile({ $ref });
  validators.set($ref, validate);
  return validate;
}
