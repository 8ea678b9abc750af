import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { ApiOptionalHeader, ApiProblems } from '../../common/openapi.js';
import type { ProblemCode } from '@marketplace/contracts';
import { eventText, heartbeatText, type ServerSentEvent } from './sse.js';

/** What a route may answer instead of a stream. */
const STREAM_PROBLEMS: ProblemCode[] = ['validation_failed', 'not_found', 'rate_limited', 'overloaded', 'draining'];

/** Documents a stream of server-sent events, and what may be answered in its place. */
export function ApiEventStream(stream: {
  description: string;
  events: readonly ServerSentEvent[];
  problems?: readonly ProblemCode[];
}): MethodDecorator {
  const example = stream.events.map(eventText).join('') + heartbeatText();
  return applyDecorators(
    ApiOptionalHeader('Last-Event-ID', 'The id of the last event that the reader has seen', { example: '7' }),
    ApiResponse({
      status: 200,
      description: stream.description,
      content: { 'text/event-stream': { schema: { type: 'string' }, example } },
    }),
    ApiProblems(...STREAM_PROBLEMS, ...(stream.problems ?? [])),
  );
}
