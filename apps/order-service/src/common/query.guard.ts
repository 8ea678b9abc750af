import {
  Inject,
  Injectable,
  SetMetadata,
  type CanActivate,
  type CustomDecorator,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { validationProblem } from './validation.js';

const TAKES_QUERY = 'http:takes-query';

/** Marks a route whose query parameters are checked by a DTO of its own. */
export const TakesQuery = (): CustomDecorator => SetMetadata(TAKES_QUERY, true);

/** Refuses query parameters where none are known: a misspelt filter must not pass for one that found everything. */
@Injectable()
export class QueryGuard implements CanActivate {
  constructor(@Inject(Reflector) private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http' || this.reflector.get<boolean>(TAKES_QUERY, context.getHandler())) return true;
    const [unknown] = Object.keys(context.switchToHttp().getRequest<Request>().query);
    if (unknown === undefined) return true;
    throw validationProblem([{ pointer: unknown, detail: `there is no query parameter ${unknown} here` }]);
  }
}
