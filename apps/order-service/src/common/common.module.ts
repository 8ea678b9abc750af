import { Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { Admission } from './admission.js';
import { Background } from './background.js';
import { Drain } from './drain.js';
import { MessageRequestInterceptor } from './message-request.interceptor.js';
import { ProblemFilter } from './problem.filter.js';
import { QueryGuard } from './query.guard.js';
import { ReplyInterceptor } from './reply.js';
import { validationPipe } from './validation.js';

/** What every request goes through on both transports, besides the guard of the caller. */
@Global()
@Module({
  providers: [
    Admission,
    Background,
    Drain,
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_GUARD, useClass: QueryGuard },
    { provide: APP_INTERCEPTOR, useClass: MessageRequestInterceptor },
    { provide: APP_INTERCEPTOR, useClass: ReplyInterceptor },
    { provide: APP_PIPE, useFactory: validationPipe },
  ],
  exports: [Admission, Background, Drain],
})
export class CommonModule {}
