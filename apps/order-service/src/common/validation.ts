import { ValidationPipe, type ArgumentMetadata, type ValidationError } from '@nestjs/common';
import { ProblemError } from '@marketplace/contracts';

/** No schema goes deeper; what does would exhaust the stack of those that walk it. */
const MOST_DEPTH = 10;
/** Names that class-transformer drops in silence, so that nothing later could refuse them: those that objects inherit. */
const isUnseen = (name: string): boolean => name === 'prototype' || name in Object.prototype;

/** Refuses whatever does not fit its schema, with one entry a fault and a JSON Pointer to it. */
export function validationPipe(): ValidationPipe {
  return new StrictValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    stopAtFirstError: true,
    exceptionFactory: (errors) => validationProblem(errors.flatMap((error) => faults(error, ''))),
  });
}

class StrictValidationPipe extends ValidationPipe {
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const fault = metadata.type === 'custom' ? undefined : unfit(value, '', 0);
    if (fault) throw validationProblem([fault]);
    return super.transform(value, metadata) as Promise<unknown>;
  }
}

/**
 * What the schemas would let through: nulls (optional fields are left out instead), lists in lists (taken for one list),
 * names that they are never shown, and bottomless nesting.
 */
function unfit(value: unknown, pointer: string, depth: number): { pointer: string; detail: string } | undefined {
  if (value === null && depth > 0) return { pointer, detail: 'null is no value; leave the field out' };
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > MOST_DEPTH) return { pointer, detail: 'the body is nested too deeply' };
  if (Array.isArray(value) && value.some(Array.isArray)) return { pointer, detail: 'a list must not hold lists' };
  for (const [name, member] of Object.entries(value)) {
    const at = `${pointer}/${escaped(name)}`;
    const fault = isUnseen(name)
      ? { pointer: at, detail: `property ${name} should not exist` }
      : unfit(member, at, depth + 1);
    if (fault) return fault;
  }
  return undefined;
}

export function validationProblem(errors: readonly { pointer: string; detail: string }[]): ProblemError {
  return new ProblemError('validation_failed', errors[0]?.detail ?? 'the request is not valid', { errors });
}

function faults(error: ValidationError, parent: string): { pointer: string; detail: string }[] {
  const pointer = `${parent}/${escaped(error.property)}`;
  const own = Object.values(error.constraints ?? {}).map((detail) => ({ pointer, detail }));
  return [...own, ...(error.children ?? []).flatMap((child) => faults(child, pointer))];
}

/** RFC 6901: ~ and / are escaped within a reference token. */
function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
