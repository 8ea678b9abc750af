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
import { passesByItself } from './problem.js';
import { ProblemDto } from './problem.dto.js';
import { PROBLEM_EXAMPLES } from './problem-examples.js';

const VERSION_HEADERS = {
  ETag: {
    description: 'The version of the resource, for If-Match and If-None-Match',
    schema: { type: 'string' as const, example: '"3"' },
  },
};
const LOCATION_HEADER = {
  Location: {
    description: 'The path of the resource',
    schema: { type: 'string' as const, example: '/orders/0199a1c2-8a10-7f3e-b1c4-6d2f1e0a9b77' },
  },
};
const RETRY_HEADER = {
  'Retry-After': {
    description: 'Seconds after which the same request may succeed; with the codes that pass by themselves',
    schema: { type: 'integer' as const, minimum: 0, example: 2 },
  },
};
const CHALLENGE_HEADER = {
  'WWW-Authenticate': { description: 'How to sign in', schema: { type: 'string' as const, example: 'Bearer' } },
};
const REPLAY_HEADER = {
  [REPLY_HEADERS.idempotencyReplayed]: {
    description: '`true` when this is the answer to an earlier request with the same key',
    schema: { type: 'string' as const, enum: ['true'] },
  },
};

/** What any request may be refused with, whatever its route: each of them has a query, a body and a token that may be wrong. */
const EVERY_ROUTE: readonly ProblemCode[] = [
  'validation_failed',
  'malformed_json',
  'unauthenticated',
  'forbidden',
  'request_timeout',
  'body_too_large',
  'uri_too_long',
  'unsupported_media_type',
  'rate_limited',
  'headers_too_large',
  'internal',
  'database_unavailable',
  'keys_unavailable',
  'overloaded',
];

/** What a request may be refused with because of its Idempotency-Key, besides `validation_failed`. */
export const KEY_PROBLEMS: readonly ProblemCode[] = ['idempotency_key_reused', 'rate_limited'];

const PAGE = { 'text/html': { schema: { type: 'string' as const } } };

export interface ReplyDocumentation {
  status: number;
  description: string;
  /** Left out for replies without a body. */
  type?: Type;
  /** Another status with the same body. */
  also?: { status: number; description: string };
  /** The body carries a version. */
  versioned?: boolean;
  /** `Location` names the resource. */
  located?: boolean;
}

/** Documents the good answers of a route. */
export function ApiReply(reply: ReplyDocumentation, idempotent = false): MethodDecorator {
  const headers = {
    ...(reply.versioned ? VERSION_HEADERS : {}),
    ...(reply.located ? LOCATION_HEADER : {}),
    ...(idempotent ? REPLAY_HEADER : {}),
  };
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

/** Documents that a reader may tell which version it has (`If-None-Match`), and is answered 304 when that is the current one. */
export function ApiConditionalRead(): MethodDecorator {
  return applyDecorators(
    ApiOptionalHeader('If-None-Match', 'The version that the caller has already', { example: '"3"' }),
    ApiResponse({ status: 304, description: 'The caller has the current version', headers: VERSION_HEADERS }),
  );
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

/** Documents the failures of a route by their codes, besides those of every route: grouped by status, with an example each. */
export function ApiProblems(...codes: ProblemCode[]): MethodDecorator {
  return problemResponses(codes, false);
}

/** The same for a page: people are told of them with a page, and programs with a problem document. */
export function ApiPageProblems(...codes: ProblemCode[]): MethodDecorator {
  return problemResponses(codes, true);
}

function problemResponses(codes: readonly ProblemCode[], isPage: boolean): MethodDecorator {
  const all = [...new Set<ProblemCode>([...codes, ...EVERY_ROUTE])];
  const statuses = [...new Set(all.map((code) => PROBLEMS[code].status))];
  return applyDecorators(
    ApiExtraModels(ProblemDto),
    ...statuses.map((status) =>
      ApiResponse(
        problemResponse(
          status,
          all.filter((code) => PROBLEMS[code].status === status),
          isPage,
        ),
      ),
    ),
  );
}

function problemResponse(status: number, codes: readonly ProblemCode[], isPage: boolean): ApiResponseOptions {
  return {
    status,
    description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join('  \n'),
    headers: {
      ...(status === 401 ? CHALLENGE_HEADER : {}),
      ...(codes.some(passesByItself) ? RETRY_HEADER : {}),
    },
    content: {
      'application/problem+json': {
        schema: {
          allOf: [
            { $ref: getSchemaPath(ProblemDto) },
            {
              type: 'object',
              properties: { code: { type: 'string', enum: [...codes], 'x-extensible': true } as object },
            },
          ],
        },
        examples: Object.fromEntries(codes.map((code) => [code, { value: exampleOf(code) }])),
      },
      ...(isPage ? PAGE : {}),
    },
  };
}

function exampleOf(code: ProblemCode): object {
  return {
    type: `https://marketplace.example/problems/${code.replaceAll('_', '-')}`,
    ...PROBLEMS[code],
    code,
    ...PROBLEM_EXAMPLES[code],
  };
}
