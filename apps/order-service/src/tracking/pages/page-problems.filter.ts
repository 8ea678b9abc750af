// The rules of promises take a filter's `catch` for that of a promise.
/* oxlint-disable promise/valid-params, promise/no-promise-in-callback */
import { Catch, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { problemOf, retryAfterSeconds } from '../../common/problem.js';
import { sendProblem } from '../../common/problem.filter.js';
import { shownPath } from '../../common/shown-path.js';
import { prefersJson } from './preferred-form.js';
import { TrackingPages } from './tracking-pages.js';

/** Tells people of a failure with a page, and programs with a problem document. */
@Catch()
export class PageProblems implements ExceptionFilter {
  constructor(@Inject(TrackingPages) private readonly pages: TrackingPages) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    if (!response.headersSent) response.vary('Accept').setHeader('Cache-Control', 'no-store');
    if (response.headersSent || prefersJson(request)) return sendProblem(error, request, response);
    const problem = problemOf(error, shownPath(request.path));
    if (problem.code === 'validation_failed' && request.method === 'POST') {
      this.pages.sendForm(response, { problem, typed: request.body as unknown });
      return;
    }
    const retryAfter = retryAfterSeconds(problem);
    if (retryAfter !== undefined) response.setHeader('Retry-After', retryAfter);
    this.pages.sendProblem(response, problem);
  }
}
