import { AsyncLocalStorage } from 'node:async_hooks';

/** Ids that callers give are taken over when they are harmless in a log and in a header. */
export const REQUEST_ID = /^[\w.-]{1,64}$/u;

/** What everything that a request causes shares with it. */
export interface RequestContext {
  /** Found again in the log and in what is asked of other services. */
  readonly requestId: string;
  /** After this instant (ms since the epoch) nobody waits for the reply any more. */
  readonly deadlineAt: number;
}

const storage = new AsyncLocalStorage<RequestContext>();

/** Runs a request, and everything that it causes, in its context. */
export function inRequest<T>(context: RequestContext, task: () => T): T {
  return storage.run(context, task);
}

/** The request that the running code belongs to; undefined for background work. */
export function currentRequest(): RequestContext | undefined {
  return storage.getStore();
}
