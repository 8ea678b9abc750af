import { ProblemError } from '@marketplace/contracts';

/** A token that was good once: its bearer has not made it up. */
export class ExpiredTokenError extends ProblemError {
  constructor() {
    super('unauthenticated', 'the token has expired');
  }
}
