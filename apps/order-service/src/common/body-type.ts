import { ProblemError } from '@marketplace/contracts';
import type { NextFunction, Request, Response } from 'express';

/** The page with a form, which browsers send as forms are sent. */
const FORM_PAGE = /^\/track\/?$/iu;

/** Refuses bodies that are not JSON before anything reads them. */
export function requireJsonBody(request: Request, _response: Response, next: NextFunction): void {
  if (FORM_PAGE.test(request.path) && request.is('application/x-www-form-urlencoded') !== false) {
    next();
    return;
  }
  // `is` answers null when there is no body at all, but takes one of no length for a body.
  if (request.is('application/json') === false && request.headers['content-length'] !== '0') {
    next(new ProblemError('unsupported_media_type', 'send the body as application/json'));
    return;
  }
  next();
}
