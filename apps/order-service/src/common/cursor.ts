import { ProblemError } from '@marketplace/contracts';

/** Where a list goes on: after the item of this instant and id. */
export interface Position {
  readonly at: Date;
  readonly id: string;
}

/** Opaque to callers; bound to nothing but the order of the list. */
export function encodeCursor(position: Position): string {
  return Buffer.from(`${position.at.getTime().toString(36)}.${position.id}`).toString('base64url');
}

/** @throws ProblemError `invalid_cursor` */
export function decodeCursor(cursor: string): Position {
  const [instant, id, ...rest] = Buffer.from(cursor, 'base64url').toString().split('.');
  const at = new Date(Number.parseInt(instant ?? '', 36));
  if (!id || rest.length > 0 || Number.isNaN(at.getTime()) || encodeCursor({ at, id }) !== cursor) {
    throw new ProblemError('invalid_cursor', 'use a cursor as the list gave it');
  }
  return { at, id };
}
