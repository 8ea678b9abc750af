import mongoose from 'mongoose';
import type { Replacements } from '../floor/recording.js';

/**
 * A document of the service's own making as another one of the same kind: with other ids wherever they stand, and every instant in it moved.
 *
 * @param shiftMs how much later, or earlier where it is below zero
 */
export function renewed<T>(value: T, replacements: Replacements, shiftMs: number): T {
  return renew(value, [...replacements], shiftMs) as T;
}

function renew(value: unknown, replacements: [string, string][], shiftMs: number): unknown {
  if (typeof value === 'string') return replaced(value, replacements);
  if (value instanceof Date) return new Date(value.getTime() + shiftMs);
  if (Array.isArray(value)) return value.map((item) => renew(item, replacements, shiftMs));
  if (typeof value !== 'object' || value === null || isOfBson(value)) return value;
  const copy: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) copy[name] = renew(member, replacements, shiftMs);
  return copy;
}

function replaced(text: string, replacements: [string, string][]): string {
  let copy = text;
  for (const [old, fresh] of replacements) if (copy.includes(old)) copy = copy.replaceAll(old, fresh);
  return copy;
}

function isOfBson(value: object): boolean {
  return value instanceof mongoose.mongo.Long || value instanceof mongoose.mongo.Decimal128;
}
