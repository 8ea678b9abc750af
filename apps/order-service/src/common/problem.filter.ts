import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { NatsContext } from '@nestjs/microservices';
import { MESSAGE_HEADERS, REPLY_HEADERS, type Problem } from '@marketplace/contracts';
import { noteProblem } from '@marketplace/tracing';
import type { MsgHdrs } from '@nats-io/nats-core';
import type { Request, Response } from 'express';
import { throwError, type Observable } from 'rxjs';
import { problemOf, ReplayedProblem, retryAfterSeconds } from './problem.js';
import { Reply } from './reply.js';
import { shownPath } from './shown-path.js';

/** The one place where failures become replies: problem documents over HTTP, the same documents over NATS. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): Observable<never> | undefined {
    if (host.getType() === 'rpc') {
      const message = host.switchToRpc().getContext<NatsContext>();
      const headers = message.getHeaders() as MsgHdrs | undefined;
      const problem = toldProblem(error, message.getSubject(), headers?.get(MESSAGE_HEADERS.traceparent));
      return throwError(() => (error instanceof ReplayedProblem ? new Reply(problem, { replayed: true }) : problem));
    }
    const http = host.switchToHttp();
    sendProblem(error, http.getRequest<Request>(), http.getResponse<Response>());
    return undefined;
  }
}

/** Answers a request with what has gone wrong. */
export function sendProblem(error: unknown, request: Request, response: Response): void {
  const problem = toldProblem(error, shownPath(request.path), request.get(MESSAGE_HEADERS.traceparent));
  // A reply that has begun cannot be turned into a problem; closing it tells the caller that it is not whole.
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const retryAfter = retryAfterSeconds(problem);
  if (retryAfter !== undefined) response.setHeader('Retry-After', retryAfter);
  if (error instanceof ReplayedProblem) response.setHeader(REPLY_HEADERS.idempotencyReplayed, 'true');
  if (problem.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
  response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

/** The problem document, of which the span of the request has the code. */
function toldProblem(error: unknown, instance: string, traceparent: string | undefined): Problem {
  const problem = problemOf(error, instance, traceparent);
  noteProblem(problem.code, problem.status >= 500);
  return problem;
}
