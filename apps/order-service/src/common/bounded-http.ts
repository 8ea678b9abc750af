import { createServer, STATUS_CODES, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import { ProblemError, type ProblemCode } from '@marketplace/contracts';
import type { NextFunction, Request, Response } from 'express';
import type { Config } from '../config/config.js';
import { problemOf } from './problem.js';

const MOST_URL_CHARACTERS = 4 * 1024;
const MOST_HEADER_BYTES = 16 * 1024;
/** How often connections are looked through for those that take too long. */
const LOOK_EVERY_MS = 1_000;
/**
 * Longer than the minute for which load balancers commonly keep idle connections: they should be the ones who close them, as a request that is on
 * its way when the server closes is lost.
 */
const KEEP_ALIVE_MS = 65_000;

/** Express on a server that answers in problem documents also where no request could be made out. */
export class BoundedHttpAdapter extends ExpressAdapter {
  override initHttpServer(): void {
    const options = { maxHeaderSize: MOST_HEADER_BYTES, connectionsCheckingInterval: LOOK_EVERY_MS };
    const server = createServer(options, this.getInstance()).on('clientError', refuse);
    // Node.js would answer itself, with 417 and no body. What nobody here can expect is not heeded (RFC 9110, 10.1.1).
    server.on('checkExpectation', (...exchange) => server.emit('request', ...exchange));
    this.httpServer = server;
  }
}

/** Sets how long connections and requests may take, and how many connections there may be. */
export function boundConnections(server: ReturnType<NestExpressApplication['getHttpServer']>, config: Config): void {
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.headersTimeout = config.HTTP_HEADERS_TIMEOUT_MS;
  server.requestTimeout = Math.max(config.HTTP_REQUEST_TIMEOUT_MS, config.HTTP_HEADERS_TIMEOUT_MS);
  server.maxConnections = config.MOST_CONNECTIONS;
}

/** Refuses addresses that are longer than any of ours. */
export function boundUrl(request: Request, _response: Response, next: NextFunction): void {
  if (request.originalUrl.length <= MOST_URL_CHARACTERS) return next();
  next(new ProblemError('uri_too_long', `an address has at most ${MOST_URL_CHARACTERS} characters`));
}

function refuse(error: Error & { code?: string; rawPacket?: Buffer }, socket: Duplex): void {
  const { _httpMessage: reply } = socket as Duplex & { _httpMessage?: ServerResponse };
  // Nothing can be said any more into a connection that is gone, nor into the middle of another reply.
  if (error.code === 'ECONNRESET' || !socket.writable || reply?.headersSent) {
    socket.destroy(error);
    return;
  }
  const problem = problemOf(new ProblemError(codeOf(error), DETAILS[codeOf(error)] ?? 'this is no HTTP request'));
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${isHead(error) ? '' : body}`);
}

const DETAILS: Partial<Record<ProblemCode, string>> = {
  headers_too_large: `the headers have at most ${MOST_HEADER_BYTES} bytes`,
  uri_too_long: `an address has at most ${MOST_URL_CHARACTERS} characters`,
  request_timeout: 'the request took too long to arrive',
};

function codeOf({ code, rawPacket }: { code?: string; rawPacket?: Buffer }): ProblemCode {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'request_timeout';
  if (code !== 'HPE_HEADER_OVERFLOW') return 'validation_failed';
  return isLongLine(rawPacket) ? 'uri_too_long' : 'headers_too_large';
}

/** To HEAD there is no body: what follows the headers would be taken for another reply. */
function isHead({ rawPacket }: { rawPacket?: Buffer }): boolean {
  return rawPacket?.toString('latin1', 0, 5) === 'HEAD ';
}

/** Whether it is the first line of a request that is too long. */
function isLongLine(packet: Buffer | undefined): boolean {
  const text = packet?.toString('latin1') ?? '';
  const end = text.indexOf('\r\n');
  return /^[A-Z]+ \//u.test(text) && (end === -1 || end > MOST_URL_CHARACTERS);
}
