import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { NatsContext } from '@nestjs/microservices';
import { MESSAGE_HEADERS } from '@marketplace/contracts';
import { Match, type MsgHdrs } from '@nats-io/nats-core';
import { isUUID } from 'class-validator';
import type { Request } from 'express';
import { fingerprint } from './fingerprint.js';
import { languageTag } from './language-tag.js';
import { validationProblem } from './validation.js';

/** A request that must have its effect once, however often it is sent. */
export interface IdempotentRequest {
  readonly key: string;
  /** Of method, path and body: the same key with another request is refused. */
  readonly fingerprint: string;
}

const KEY = /^[\x21-\x7e]{1,255}$/u;
const ENTITY_TAG = /^(?:W\/)?"(\d{1,15})"$/u;

/**
 * The Idempotency-Key of the request, if it has one. The draft of the IETF writes it as a quoted string; bare ones are
 * taken as well.
 */
export const Idempotent = createParamDecorator(
  (_: unknown, context: ExecutionContext): IdempotentRequest | undefined => {
    const raw = headerOf(context, MESSAGE_HEADERS.idempotencyKey);
    if (raw === undefined) return undefined;
    const key = raw.replace(/^"(.*)"$/u, '$1');
    if (!KEY.test(key)) throw fault('Idempotency-Key', 'must be 1 to 255 visible ASCII characters');
    if (headerOf(context, MESSAGE_HEADERS.authorization) === undefined && !isUUID(key)) {
      throw fault('Idempotency-Key', 'must be a UUID where no token is sent');
    }
    return { key, fingerprint: fingerprint(requestOf(context)) };
  },
);

/** The version that the caller's change is meant for (`If-Match`); undefined when any will do. */
export const ExpectedVersion = createParamDecorator((_: unknown, context: ExecutionContext): number | undefined => {
  const raw = headerOf(context, MESSAGE_HEADERS.ifMatch);
  if (raw === undefined || raw.trim() === '*') return undefined;
  const version = ENTITY_TAG.exec(raw.trim())?.[1];
  if (version === undefined) throw fault('If-Match', 'must be an ETag as it was given, for example "3"');
  return Number(version);
});

/** Whether the caller would rather not wait for the payment (`Prefer: respond-async`, RFC 7240). */
export const PrefersAsync = createParamDecorator((_: unknown, context: ExecutionContext): boolean =>
  (headerOf(context, MESSAGE_HEADERS.prefer) ?? '')
    .split(',')
    .some((preference) => preference.trim().toLowerCase() === 'respond-async'),
);

/** The language that the caller prefers (`Accept-Language`, RFC 9110); undefined over NATS, and where there is none. */
export const PreferredLanguage = createParamDecorator((_: unknown, context: ExecutionContext): string | undefined => {
  if (context.getType() === 'rpc') return undefined;
  const preferred = context.switchToHttp().getRequest<Request>().acceptsLanguages();
  return preferred.map(languageTag).find((language) => language !== undefined);
});

/** A header of the request, whichever transport it came by. */
export function headerOf(context: ExecutionContext, name: string): string | undefined {
  if (context.getType() !== 'rpc') return context.switchToHttp().getRequest<Request>().header(name);
  const headers = context.switchToRpc().getContext<NatsContext>().getHeaders() as MsgHdrs | undefined;
  // NATS tells names apart by their case; a key that goes unnoticed for that would let a repetition have an effect.
  return headers?.get(name, Match.IgnoreCase) || undefined;
}

function requestOf(context: ExecutionContext): unknown {
  if (context.getType() === 'rpc') {
    const rpc = context.switchToRpc();
    return [rpc.getContext<NatsContext>().getSubject(), rpc.getData()];
  }
  const request = context.switchToHttp().getRequest<Request>();
  return [request.method, request.path, request.body];
}

function fault(pointer: string, detail: string): Error {
  return validationProblem([{ pointer, detail: `${pointer} ${detail}` }]);
}
