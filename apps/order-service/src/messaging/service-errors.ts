/** The far service did not answer in time, was not there, or answered with something that is no answer. */
export class ServiceUnavailableError extends Error {
  override readonly name: string = 'ServiceUnavailableError';
}

/** So much is asked of the far service already that this call was not even made. */
export class ServiceBusyError extends ServiceUnavailableError {
  override readonly name = 'ServiceBusyError';
}

/** The far service is there, and would not do what it was asked. */
export class ServiceRefusedError extends ServiceUnavailableError {
  override readonly name = 'ServiceRefusedError';
}
