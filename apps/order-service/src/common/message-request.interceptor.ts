import { randomUUID } from 'node:crypto';
import { Inject, Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { NatsContext } from '@nestjs/microservices';
import { MESSAGE_HEADERS } from '@marketplace/contracts';
import type { MsgHdrs } from '@nats-io/nats-core';
import { finalize, type Observable } from 'rxjs';
import { OPERATION } from '../auth/auth.guard.js';
import { Config } from '../config/config.js';
import { Admission } from './admission.js';
import { Background } from './background.js';
import { currentRequest, inRequest, REQUEST_ID } from './request-context.js';

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
    const headers = context.switchToRpc().getContext<NatsContext>().getHeaders() as MsgHdrs | undefined;
    const deadlineAt = Date.now() + this.config.REQUEST_TIMEOUT_MS;
    const request = { requestId: requestIdOf(headers), deadlineAt, transport: 'nats', operation } as const;
    return inRequest(request, () => next.handle()).pipe(
      finalize(() => {
        leave();
        end();
      }),
    );
  }
}

function requestIdOf(headers: MsgHdrs | undefined): string {
  const given = headers?.get(MESSAGE_HEADERS.requestId) ?? '';
  return REQUEST_ID.test(given) ? given : randomUUID();
}
