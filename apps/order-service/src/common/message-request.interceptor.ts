import { randomUUID } from 'node:crypto';
import {
  HttpException,
  Inject,
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { NatsContext } from '@nestjs/microservices';
import { MESSAGE_HEADERS, ProblemError, PROBLEMS } from '@marketplace/contracts';
import { validTraceparent } from '@marketplace/tracing';
import type { MsgHdrs } from '@nats-io/nats-core';
import { Histogram } from 'prom-client';
import { finalize, tap, type Observable } from 'rxjs';
import { OPERATION } from '../auth/auth.guard.js';
import { Config } from '../config/config.js';
import { Admission } from './admission.js';
import { Background } from './background.js';
import { currentRequest, inRequest, REQUEST_ID } from './request-context.js';

export const messageDurations = new Histogram({
  name: 'message_request_duration_seconds',
  help: 'Time from a request over NATS to its reply, by subject and by the status that HTTP would give it',
  labelNames: ['subject', 'status'],
  buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  registers: [],
});

/**
 * What surrounds a request over NATS, as middleware does one over HTTP: its admission, its context, and its end. The context of
 * both learns here which operation is asked for: not until its guard has passed is a request worth a name.
 */
@Injectable()
export class MessageRequestInterceptor implements NestInterceptor {
  constructor(
    @Inject(Admission) private readonly admission: Admission,
    @Inject(Background) private readonly background: Background,
    @Inject(Config) private readonly config: Config,
    @Inject(Reflector) private readonly reflector: Reflector,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    const operation = this.reflector.get<string | undefined>(OPERATION, context.getHandler());
    if (context.getType() !== 'rpc') {
      const request = currentRequest();
      if (request) request.operation = operation;
      return next.handle();
    }
    const leave = this.admission.enter();
    // A stopping process waits for HTTP requests by their connections; of those over NATS only this tells.
    const end = this.background.begin();
    const message = context.switchToRpc().getContext<NatsContext>();
    const observe = messageDurations.startTimer({ subject: message.getSubject() });
    const headers = message.getHeaders() as MsgHdrs | undefined;
    const deadlineAt = Date.now() + this.config.REQUEST_TIMEOUT_MS;
    const traceparent = validTraceparent(headers?.get(MESSAGE_HEADERS.traceparent));
    const request = { requestId: requestIdOf(headers), deadlineAt, transport: 'nats', operation, traceparent } as const;
    return inRequest(request, () => next.handle()).pipe(
      tap({
        next: () => observe({ status: 200 }),
        error: (error: unknown) => observe({ status: statusOf(error) }),
      }),
      finalize(() => {
        leave();
        end();
      }),
    );
  }
}

function statusOf(error: unknown): number {
  if (error instanceof ProblemError) return PROBLEMS[error.code].status;
  return error instanceof HttpException ? error.getStatus() : 500;
}

function requestIdOf(headers: MsgHdrs | undefined): string {
  const given = headers?.get(MESSAGE_HEADERS.requestId) ?? '';
  return REQUEST_ID.test(given) ? given : randomUUID();
}
