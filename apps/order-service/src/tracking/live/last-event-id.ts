import { validationProblem } from '../../common/validation.js';

const SEQUENCE = /^\d{1,15}$/u;

/**
 * The sequence after which a stream goes on; undefined when its reader comes for the first time.
 *
 * @throws ProblemError `validation_failed`
 */
export function lastSequenceOf(lastEventId: string | undefined): number | undefined {
  const given = lastEventId?.trim();
  if (!given) return undefined;
  if (SEQUENCE.test(given)) return Number(given);
  throw validationProblem([{ pointer: 'Last-Event-ID', detail: 'Last-Event-ID must be the id of an event' }]);
}
