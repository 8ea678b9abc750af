import type http from 'node:http';
export interface HttpReply {
  status: number;
  headers: http.IncomingHttpHeaders;
  /** The parsed JSON body, `undefined` when there is none. */
  body: unknown;
}
