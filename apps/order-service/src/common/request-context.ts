import { AsyncLocalStorage } from 'node:async_hooks';

/** Ids that callers give are taken over when they are harmless in a log and in a header. */
export const REQUEST_ID = /^[\w.-]{1,64}$/u;

/** What everything that a request causes shares with it. */
export interface RequestContext {
  /** Found again in the log and in what is asked of other services. */
  readonly requestId: string;
  /** After this instant (ms since the epoch) nobody waits for the reply any more. */
  readonly deadlineAt: number;
  readonly transport: 'http' | 'nats';
  /** W3C Trace Context, as the caller gave it. */
  readonly traceparent?: string | undefined;
  /** The client's address; over NATS nobody knows it. */
  readonly address?: string | undefined;
  /** The operation of the policy table that is asked for, once it is known. */
  operation?: string | undefined;
}

/** Where a change came from, and what it was made for. */
export interface Origin {
  readonly transport: 'http' | 'nats' | 'internal';
  readonly address?: string | undefined;
  /** An operation of the policy table, or the name of a background job. */
  readonly operation: string;
}

const storage = new AsyncLocalStorage<RequestContext>();
const jobs = new AsyncLocalStorage<Origin>();

/** Runs a request, and everything that it causes, in its context. */
export function inRequest<T>(context: RequestContext, task: () => T): T {
  return storage.run(context, task);
}

/** The request that the running code belongs to; undefined for background work. */
export function currentRequest(): RequestContext | undefined {
  return storage.getStore();
}

/** Runs work that no caller has asked for, so that its changes tell what they were made by. */
export function inJob<T>(origin: Origin, task: () => T): T {
  return jobs.run(origin, task);
}

/** Where the running code comes from: the job or the request that it belongs to. */
export function currentOrigin(): Origin {
  const job = jobs.getStore();
  if (job) return job;
  const request = storage.getStore();
  if (!request) return { transport: 'internal', operation: 'unnamed' };
  const { transport, address, operation = 'unnamed' } = request;
  return { transport, operation, ...(address === undefined ? {} : { address }) };
}
