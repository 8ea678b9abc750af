import type { NatsContext } from '@nestjs/microservices';
import { messageWork, startReceived, type OpenSpan } from '@marketplace/tracing';
import type { MsgHdrs } from '@nats-io/nats-core';
import type { OrderServiceNatsServer } from './order-service-nats.server.js';

/** A span for each request over NATS, in the trace of its asker. It surrounds guards too, which come before interceptors. */
export function traceMessages(server: OrderServiceNatsServer): void {
  const open = new WeakMap<object, OpenSpan>();
  // Nest waits for what the hook returns, though its type says nothing of that.
  server.setOnProcessingStartHook((_transport, context, done): unknown => {
    const message = context as NatsContext;
    const work = messageWork('process', 'server', message.getSubject());
    const span = startReceived(work, message.getHeaders() as MsgHdrs | undefined);
    if (!span) return done();
    open.set(message, span);
    return span.run(done);
  });
  server.setOnProcessingEndHook((_transport, context) => open.get(context as NatsContext)?.end());
}
