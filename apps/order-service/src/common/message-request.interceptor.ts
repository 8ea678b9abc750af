import { randomUUID } from 'node:crypto';
import { Inject, Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { NatsContext } from '@nestjs/microservices';
import { MESSAGE_HEADERS } from '@marketplace/contracts';
import type { MsgHdrs } from '@nats-io/nats-core';
import { finalize, type Observable } from 'rxjs';
import { Config } from '../config/config.js';
import { Admission } from './admission.js';
import { Background } from './background.js';
import { inRequest, REQUEST_ID } from './request-context.js';

/** What surrounds a request over NATS, as middleware does one over HTTP: its admission, its context, and its end. */
@Injectable()
export class MessageRequestInterceptor implements NestInterceptor {
  constructor(
    @Inject(Admission) private readonly admission: Admission,
    @Inject(Background) private readonly background: Background,
    @Inject(Config) private readonly config: Config,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    if (context.getType() !== 'rpc') return next.handle();
    const leave = this.admission.enter();
    // A stopping process waits for HTTP requests by their connections; of those over NATS only this tells.
    const end = this.background.begin();
    const headers = context.switchToRpc().getContext<NatsContext>().getHeaders() as MsgHdrs | undefined;
    const request = { requestId: requestIdOf(headers), deadlineAt: Date.now() + this.config.REQUEST_TIMEOUT_MS };
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
