import {
  createParamDecorator,
  Inject,
  Injectable,
  SetMetadata,
  type CanActivate,
  type CustomDecorator,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { MESSAGE_HEADERS, ProblemError } from '@marketplace/contracts';
import { decodeJwt } from 'jose';
import { countedAddress } from '../common/client-address.js';
import { headerOf } from '../common/request-headers.js';
import { limitOf, permitted, type Operation } from './policy.js';
import { principalKey, type Principal } from './principal.js';
import { RateLimits } from './rate-limits.js';
import { ExpiredTokenError } from './token-problems.js';
import { TokenVerifier } from './token-verifier.js';

/** Under this name a handler's operation is found. */
export const OPERATION = 'auth:operation';

/** Names the operation of {@link POLICY} that a handler serves. Handlers without one are refused to everybody. */
export const Serves = (operation: Operation): CustomDecorator => SetMetadata(OPERATION, operation);

/** Messages do not tell where they come from: those without a token share what one caller has. */
const MESSAGES = 'messages';

const principals = new WeakMap<object, Principal>();

/** The caller of the request being handled, with those roles only that may ask for it. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const principal = principals.get(carrierOf(context));
  if (!principal) throw new Error('the request has no principal: is the guard installed?');
  return principal;
});

/** When the token of the request ends to be good, for what lasts longer than a request; undefined without a token. */
export const TokenExpiry = createParamDecorator((_: unknown, context: ExecutionContext): Date | undefined => {
  const header = headerOf(context, MESSAGE_HEADERS.authorization);
  // The guard has verified it before.
  const exp = header ? decodeJwt(bearer(header)).exp : undefined;
  return exp === undefined ? undefined : new Date(exp * 1000);
});

@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(TokenVerifier) private readonly verifier: TokenVerifier,
    @Inject(RateLimits) private readonly limits: RateLimits,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const operation = this.reflector.get<Operation | undefined>(OPERATION, context.getHandler());
    if (!operation) throw new Error(`${context.getClass().name}.${context.getHandler().name} serves no operation`);
    const address = addressOf(context);
    const header = headerOf(context, MESSAGE_HEADERS.authorization);
    const principal: Principal = header ? await this.#authenticated(header, address) : { kind: 'anonymous' };
    const limit = limitOf(operation);
    const isNameless = principal.kind === 'anonymous';
    if (limit) await this.limits.count(limit, isNameless ? (address ?? MESSAGES) : principalKey(principal));
    principals.set(carrierOf(context), permitted(operation, principal));
    return true;
  }

  /** Whoever tries tokens out is stopped; one that has only expired is nobody's attempt. */
  async #authenticated(header: string, address: string | undefined): Promise<Principal> {
    if (address) await this.limits.requireFewFailures(address);
    try {
      return await this.verifier.principal(bearer(header));
    } catch (error) {
      const isAttempt = error instanceof ProblemError && error.code === 'unauthenticated';
      if (address && isAttempt && !(error instanceof ExpiredTokenError)) await this.limits.countFailure(address);
      throw error;
    }
  }
}

/** Where a request over HTTP comes from. */
function addressOf(context: ExecutionContext): string | undefined {
  if (context.getType() === 'rpc') return undefined;
  return countedAddress(context.switchToHttp().getRequest<{ ip?: string }>().ip);
}

function bearer(header: string): string {
  const [scheme, token, ...rest] = header.trim().split(/ +/u);
  if (scheme?.toLowerCase() !== 'bearer' || !token || rest.length > 0) {
    throw new ProblemError('unauthenticated', 'the Authorization header must be "Bearer <token>"');
  }
  return token;
}

/** The object that lives exactly as long as the request: its principal is attached to it. */
function carrierOf(context: ExecutionContext): object {
  return context.getType() === 'rpc'
    ? context.switchToRpc().getContext<object>()
    : context.switchToHttp().getRequest<object>();
}
