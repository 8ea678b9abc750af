import { readFile } from 'node:fs/promises';
import { ProblemError } from '@marketplace/contracts';
import type { NextFunction, Request, Response } from 'express';
import { ASYNCAPI_FILE } from './build-files.js';

let document: Promise<string> | undefined;

/** Answers with the document of the messages. `npm run contracts` writes it, as it is made with tools of the development. */
export async function serveAsyncApi({ method }: Request, response: Response, next: NextFunction): Promise<void> {
  try {
    if (method !== 'GET' && method !== 'HEAD') throw new ProblemError('not_found', 'the document can be read only');
    document ??= readFile(ASYNCAPI_FILE, 'utf8');
    response.type('application/json').send(await document);
  } catch (error) {
    next(error);
  }
}
