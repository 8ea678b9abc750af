import { mongo, Error as MongooseErrors } from 'mongoose';

const {
  MongoClientClosedError,
  MongoExpiredSessionError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoOperationTimeoutError,
  MongoServerClosedError,
  MongoServerSelectionError,
  MongoStalePrimaryError,
  MongoTopologyClosedError,
  MongoWriteConcernError,
} = mongo;

const CLIENT_ERRORS = [
  MongoClientClosedError,
  MongoExpiredSessionError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoOperationTimeoutError,
  MongoServerClosedError,
  MongoServerSelectionError,
  MongoStalePrimaryError,
  MongoTopologyClosedError,
  // The write may have been made, but not as safely as it has to be.
  MongoWriteConcernError,
];

/** Errors of the driver that it does not export. */
const CLIENT_ERROR_NAMES: ReadonlySet<string> = new Set(['MongoWaitQueueTimeoutError', 'MongoPoolClosedError']);

/** Codes of a server that cannot serve for now: no primary, stopping, out of reach of the others, or out of time. */
const SERVER_CODES: ReadonlySet<unknown> = new Set([
  6, 7, 50, 64, 89, 91, 100, 133, 134, 189, 262, 9001, 10_058, 10_107, 11_600, 11_602, 13_435, 13_436,
]);
const SERVER_CODE_NAMES: ReadonlySet<string | undefined> = new Set(['NotWritablePrimary', 'PrimarySteppedDown']);
const PASSING_LABELS = ['RetryableWriteError', 'TransientTransactionError', 'ResetPool'];

/** Whether a failure says that the database cannot be reached or cannot serve for now, and nothing of what was asked of it. */
export function isDatabaseAway(error: unknown): boolean {
  if (CLIENT_ERRORS.some((kind) => error instanceof kind)) return true;
  if (error instanceof mongo.MongoServerError) {
    if (PASSING_LABELS.some((label) => error.hasErrorLabel(label))) return true;
    return SERVER_CODES.has(error.code) || SERVER_CODE_NAMES.has(error.codeName);
  }
  if (error instanceof mongo.MongoError) return CLIENT_ERROR_NAMES.has(error.name);
  if (isBrokenWrite(error)) return true;
  return (
    error instanceof MongooseErrors && /buffering timed out|initial connection|connection is/iu.test(error.message)
  );
}

/**
 * A write to a connection that the other side has just closed, as Node.js tells it: the driver hands that on as it is. A connection that is reset while
 * it is read from is another matter; that may be a caller's who has gone away.
 */
function isBrokenWrite(error: unknown): boolean {
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  return code === 'EPIPE' || (code === 'ECONNRESET' && syscall === 'write');
}
