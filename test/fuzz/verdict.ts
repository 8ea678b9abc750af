import type { Problem } from '@marketplace/contracts';
import { requireDocumented } from '../support/http-contract.js';
import type { WireRequest } from './draft.js';
import type { WireReply } from './wire.js';

/** What only the inside knows. */
const INSIDE = /node_modules|\bat .+\.[jt]s:\d+|"stack"|Mongo(?:Server)?Error|BSONError|CastError|TypeError/u;

/** What is wrong with a reply; undefined where nothing is. */
export function faultOf({ method, path }: WireRequest, reply: WireReply): string | undefined {
  const { status, text } = reply;
  if (status >= 500) return `answered ${status}: ${text.slice(0, 1_000)}`;
  if (INSIDE.test(text) && status >= 400) return `gave something of the inside away: ${text.slice(0, 1_000)}`;
  try {
    requireDocumented({ method, path, ...reply });
    return status >= 400 && method !== 'HEAD' ? problemFault(reply) : undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function problemFault({ status, headers, text }: WireReply): string | undefined {
  // A page for people, where it is documented.
  if (headers.get('content-type')?.startsWith('text/html')) return undefined;
  const problem = JSON.parse(text) as Problem;
  return problem.status === status && problem.code ? undefined : `refused with ${status} but says ${text}`;
}

/** Not with 402: the order that was not paid for is kept, as what has been tried. */
export function isRefused({ status }: WireReply): boolean {
  return status >= 400 && status < 500 && status !== 402;
}

/** Nothing that a caller asks for so is a change. */
export function isRead({ method }: WireRequest): boolean {
  return method === 'GET' || method === 'HEAD';
}
