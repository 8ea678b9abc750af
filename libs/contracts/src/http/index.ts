import createClient, { type Client } from 'openapi-fetch';
import type { Problem } from '../problem-codes.js';
import { problemError } from '../problem.error.js';
import type { paths } from './schema.js';

export type { components, operations, paths } from './schema.js';

/** Every route of the Order Service by its method and path, typed. */
export type OrdersHttpClient = Client<paths>;

export interface HttpClientOptions {
  /** Where the service is, for example `https://orders.example`. */
  baseUrl: string;
  /** The bearer token, or where to get one for the next request; none for guests. */
  token?: string | (() => string | Promise<string>);
  /** Replaces the global `fetch`, for example by one with a deadline. */
  fetch?: (request: Request) => Promise<Response>;
}

export function createOrdersHttpClient({ baseUrl, token, fetch }: HttpClientOptions): OrdersHttpClient {
  const client = createClient<paths>({ baseUrl, ...(fetch ? { fetch } : {}) });
  client.use({
    async onRequest({ request }) {
      const current = typeof token === 'function' ? await token() : token;
      if (current !== undefined) request.headers.set('Authorization', `Bearer ${current}`);
      return request;
    },
  });
  return client;
}

/**
 * The body of a good reply.
 *
 * @throws ProblemError what the service refused the request with
 */
export function dataOf<Data>(result: { data?: Data; error?: unknown; response: Response }): Data {
  if (result.response.ok) return result.data as Data;
  if (isProblem(result.error)) throw problemError(result.error);
  throw new Error(`${result.response.url} answered ${result.response.status} without a problem document`);
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && typeof (value as Problem).code === 'string';
}
