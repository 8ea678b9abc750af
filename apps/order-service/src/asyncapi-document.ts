import { readFile } from 'node:fs/promises';
import { ProblemError } from '@marketplace/contracts';
import type { NextFunction, Request, Response } from 'express';

/** From the build, which stands beside the documents in the repository as in the image. */
const FILE = new URL('../../../../docs/asyncapi.json', import.meta.url);
let document: Promise<string> | undefined;

/** Answers with the document of the messages. `npm run contracts` writes it, as it is made with tools of the development. */
export async function serveAsyncApi({ method }: Request, response: Response, next: NextFunction): Promise<void> {
  try {
    if (method !== 'GET' && method !== 'HEAD') throw new ProblemError('not_found', 'the document can be read only');
    document ??= readFile(FILE, 'utf8');
    response.type('application/json').send(await document);
  } catch (error) {
    next(error);
  }
}
