import type { Request } from 'express';

/** Whether the asker is a program: a page is for whoever does not ask for JSON before HTML. */
export function prefersJson(request: Request): boolean {
  const form = request.accepts(['text/html', 'application/json', 'application/problem+json']);
  return form === 'application/json' || form === 'application/problem+json';
}
