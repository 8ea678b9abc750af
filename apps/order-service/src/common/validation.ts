import { ValidationPipe, type ValidationError } from '@nestjs/common';
import { ProblemError } from '@marketplace/contracts';

/** Refuses whatever does not fit its schema, with one entry a fault and a JSON Pointer to it. */
export function validationPipe(): ValidationPipe {
  return new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    stopAtFirstError: true,
    exceptionFactory: (errors) => validationProblem(errors.flatMap((error) => faults(error, ''))),
  });
}

export function validationProblem(errors: readonly { pointer: string; detail: string }[]): ProblemError {
  return new ProblemError('validation_failed', errors[0]?.detail ?? 'the request is not valid', { errors });
}

function faults(error: ValidationError, parent: string): { pointer: string; detail: string }[] {
  // RFC 6901: ~ and / are escaped within a reference token.
  const pointer = `${parent}/${error.property.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const own = Object.values(error.constraints ?? {}).map((detail) => ({ pointer, detail }));
  return [...own, ...(error.children ?? []).flatMap((child) => faults(child, pointer))];
}
