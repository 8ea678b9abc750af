import type { HttpReply } from './http-reply.js';
import type { Problem } from '@marketplace/contracts';
import { randomUUID } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { isInProgress, retryDelayMs } from './retry.js';

export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path and query, starting with a slash. */
  path: string;
  token: string;
  body?: unknown;
  /** Key of a POST; a random one, kept over its retries, when left out. */
  idempotencyKey?: string;
}

/** The service answered with an error that asking again does not change. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** The service could not be reached, or was not available, for as long as the client is willing to ask. */
export class ServiceUnavailableError extends Error {
  override readonly name = 'ServiceUnavailableError';
}

const ANSWER_TIMEOUT_MS = 30_000;

/** How long one request is asked again. A restart of the service and the recovery after a fault fit well in it. */
const RETRY_BUDGET_MS = 120_000;

/** A JSON client over connections that are kept open: node:http costs a fraction of the processor time of fetch. */
export class HttpClient {
  private readonly transport: typeof http | typeof https;
  private readonly agent: http.Agent;

  constructor(
    private readonly baseUrl: URL,
    connections: number,
    private readonly retryBudgetMs = RETRY_BUDGET_MS,
  ) {
    this.transport = baseUrl.protocol === 'https:' ? https : http;
    this.agent = new this.transport.Agent({ keepAlive: true, maxSockets: connections });
  }

  /**
   * Asks once and, while the service is busy, away or still at it, again: every request made here may be repeated without
   * a second effect.
   *
   * @throws ProblemError for an error status that asking again does not change.
   * @throws ServiceUnavailableError when the time for repeating is used up.
   */
  async request(request: HttpRequest): Promise<HttpReply> {
    const payload = request.body === undefined ? undefined : Buffer.from(JSON.stringify(request.body));
    const headers = headersOf(request, payload);
    const giveUpAt = Date.now() + this.retryBudgetMs;
    for (let attempt = 0; ; attempt++) {
      const outcome = await this.attempt(request, headers, payload).catch(connectionFailure);
      const waitMs = retryDelayMs(outcome, attempt);
      if (waitMs === undefined) return successOf(request, outcome as HttpReply);
      if (Date.now() + waitMs > giveUpAt) throw exhausted(request, outcome);
      await delay(waitMs);
    }
  }

  close(): void {
    this.agent.destroy();
  }

  private async attempt(request: HttpRequest, headers: http.OutgoingHttpHeaders, payload?: Buffer): Promise<HttpReply> {
    const options = { method: request.method, headers, agent: this.agent, timeout: ANSWER_TIMEOUT_MS };
    return new Promise<HttpReply>((resolve, reject) => {
      const outgoing = this.transport.request(new URL(request.path, this.baseUrl), options, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: parseBody(text) });
        });
      });
      outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${ANSWER_TIMEOUT_MS} ms`)));
      outgoing.on('error', reject);
      outgoing.end(payload);
    });
  }
}

/** An address with several families fails with an error that has a code and no message. */
function connectionFailure(error: unknown): Error {
  const { code, message } = error as NodeJS.ErrnoException;
  return new Error(message || code || 'the connection failed', { cause: error });
}

function headersOf(request: HttpRequest, payload?: Buffer): http.OutgoingHttpHeaders {
  const headers: http.OutgoingHttpHeaders = { accept: 'application/json', authorization: `Bearer ${request.token}` };
  if (payload) {
    headers['content-type'] = 'application/json';
    headers['content-length'] = payload.length;
  }
  if (request.method === 'POST') headers['idempotency-key'] = request.idempotencyKey ?? randomUUID();
  return headers;
}

/** A proxy on the way may answer with something else than JSON; its text is then the body. */
function parseBody(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function successOf(request: HttpRequest, reply: HttpReply): HttpReply {
  if (reply.status >= 400) throw problemOf(request, reply);
  return reply;
}

function exhausted(request: HttpRequest, outcome: HttpReply | Error): Error {
  if (!(outcome instanceof Error) && isInProgress(outcome)) return problemOf(request, outcome);
  const why = outcome instanceof Error ? outcome.message : `status ${outcome.status}`;
  return new ServiceUnavailableError(`${request.method} ${request.path}: ${why}`);
}

function problemOf(request: HttpRequest, reply: HttpReply): ProblemError {
  const isObject = typeof reply.body === 'object' && reply.body !== null;
  const problem = (isObject ? reply.body : {}) as Partial<Problem>;
  const errors = problem.errors === undefined ? '' : ` ${JSON.stringify(problem.errors)}`;
  const detail = `${problem.detail ?? problem.title ?? 'no further word'}${errors}`;
  return new ProblemError(reply.status, problem.code ?? 'unknown', `${request.method} ${request.path}: ${detail}`);
}
