import { applyDecorators, type Type } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiExtraModels,
  ApiHeader,
  ApiResponse,
  ApiSecurity,
  getSchemaPath,
  type ApiResponseOptions,
} from '@nestjs/swagger';
import { PROBLEMS, REPLY_HEADERS, type ProblemCode } from '@marketplace/contracts';
import { ProblemDto } from './problem.dto.js';

const VERSION_HEADERS = {
  ETag: {
    description: 'The version of the resource, for If-Match and If-None-Match',
    schema: { type: 'string' as const, example: '"3"' },
  },
};
const REPLAY_HEADER = {
  [REPLY_HEADERS.idempotencyReplayed]: {
    description: '`true` when this is the answer to an earlier request with the same key',
    schema: { type: 'string' as const, enum: ['true'] },
  },
};

/** What a request may be refused with because of its Idempotency-Key, besides `validation_failed`. */
export const KEY_PROBLEMS: readonly ProblemCode[] = ['idempotency_key_reused', 'rate_limited'];

export interface ReplyDocumentation {
  status: number;
  description: string;
  /** Left out for replies without a body. */
  type?: Type;
  /** Another status with the same body. */
  also?: { status: number; description: string };
  /** The body carries a version. */
  versioned?: boolean;
}

/** Documents the good answers of a route. */
export function ApiReply(reply: ReplyDocumentation, idempotent = false): MethodDecorator {
  const headers = { ...(reply.versioned ? VERSION_HEADERS : {}), ...(idempotent ? REPLAY_HEADER : {}) };
  const options = (status: number, description: string): ApiResponseOptions => ({
    status,
    description,
    headers,
    ...(reply.type ? { type: reply.type } : {}),
  });
  return applyDecorators(
    ApiResponse(options(reply.status, reply.description)),
    ...(reply.also ? [ApiResponse(options(reply.also.status, reply.also.description))] : []),
  );
}

/** What callers may or must send besides path, query and body. */
export function ApiRequest(request: {
  token: 'required' | 'optional';
  idempotent?: boolean;
  conditional?: boolean;
}): MethodDecorator {
  const decorators: MethodDecorator[] = [request.token === 'optional' ? ApiOptionalToken() : ApiBearerAuth()];
  if (request.idempotent) {
    const description = 'Makes repeats of the request have its effect once. Callers without a token must send a UUID.';
    const example = '7d9f0c6e-2a51-4a6b-9f0e-1d2c3b4a5968';
    decorators.push(ApiOptionalHeader('Idempotency-Key', description, { maxLength: 255, example }));
  }
  if (request.conditional) {
    const description = 'Makes the change only if this is still the version (412 otherwise)';
    decorators.push(ApiOptionalHeader('If-Match', description, { example: '"3"' }));
  }
  return applyDecorators(...decorators);
}

/** Documents a header that callers may send. */
export function ApiOptionalHeader(
  name: string,
  description: string,
  schema: { example: string; maxLength?: number },
): MethodDecorator {
  return ApiHeader({ name, required: false, description, schema: { type: 'string', ...schema } });
}

function ApiOptionalToken(): MethodDecorator {
  // An empty requirement beside the bearer one means that the token may be left out.
  return applyDecorators(ApiBearerAuth(), ApiSecurity({}));
}

/** Documents the failures of a route by their codes, grouped by status, with an example each. */
export function ApiProblems(...codes: ProblemCode[]): MethodDecorator {
  const all: ProblemCode[] = [
    ...new Set<ProblemCode>([...codes, 'unauthenticated', 'internal', 'database_unavailable']),
  ];
  const statuses = [...new Set(all.map((code) => PROBLEMS[code].status))];
  return applyDecorators(
    ApiExtraModels(ProblemDto),
    ...statuses.map((status) => {
      const named = all.filter((code) => PROBLEMS[code].status === status);
      return ApiResponse({
        status,
        description: named.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join('  \n'),
        content: {
          'application/problem+json': {
            schema: { $ref: getSchemaPath(ProblemDto) },
            examples: Object.fromEntries(named.map((code) => [code, { value: exampleOf(code) }])),
          },
        },
      });
    }),
  );
}

function exampleOf(code: ProblemCode): object {
  return { type: `https://marketplace.example/problems/${code.replaceAll('_', '-')}`, ...PROBLEMS[code], code };
}
