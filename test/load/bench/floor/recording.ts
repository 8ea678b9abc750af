import mongoose from 'mongoose';
import type { PlacedOrder } from '../job.js';

const { EJSON } = mongoose.mongo.BSON;
type Document = mongoose.mongo.Document;

/** One thing that the service has done for an order, towards MongoDB or NATS. */
export type Step =
  | { kind: 'find'; at: number; collection: string; command: Document }
  | { kind: 'insert'; at: number; collection: string; command: Document }
  | { kind: 'update'; at: number; collection: string; command: Document }
  | { kind: 'request'; at: number; subject: string; payload: string }
  | { kind: 'publish'; at: number; subject: string; payload: string; messageId: string };

/** Everything that the service has done for one order, in its order. */
export interface Recording {
  order: PlacedOrder;
  steps: Step[];
}

/** Before the buyer's reply, and after it. */
export interface Phases {
  awaited: Step[];
  afterwards: Step[];
}

/** What follows from the order begins with the first of its events. */
export function phasesOf(steps: readonly Step[]): Phases {
  const inOrder = [...steps].sort((one, other) => one.at - other.at);
  const end = inOrder.findIndex((step) => step.kind === 'publish');
  const awaited = end < 0 ? inOrder.length : end;
  return { awaited: inOrder.slice(0, awaited), afterwards: inOrder.slice(awaited) };
}

/** The ids of another order, in the place of those of the recorded one. */
export type Replacements = ReadonlyMap<string, string>;

export function writeRecording(recording: Recording): string {
  return EJSON.stringify(recording, { relaxed: false });
}

export function readRecording(text: string): Recording {
  return EJSON.parse(text) as Recording;
}

/** A copy for other ids, wherever in a text they stand. */
export type Template<T> = (replacements: Replacements) => T;

/**
 * Prepares copying, so that a copy costs no more than building the value would: only what holds an id is looked at again.
 *
 * @param ids those to be replaced
 */
export function templateOf<T>(value: T, ids: readonly string[]): Template<T> {
  const template = part(value, ids);
  return (template ?? ((): T => value)) as Template<T>;
}

/** Undefined where there is nothing to replace. */
function part(value: unknown, ids: readonly string[]): Template<unknown> | undefined {
  if (typeof value === 'string') return textTemplate(value, ids);
  if (Array.isArray(value)) {
    const items = value.map((item) => part(item, ids));
    if (items.every((item) => item === undefined)) return undefined;
    return (replacements) => value.map((item: unknown, index) => items[index]?.(replacements) ?? item);
  }
  if (typeof value !== 'object' || value === null || !isPlain(value)) return undefined;
  const entries = Object.entries(value).map(([name, member]) => [name, member, part(member, ids)] as const);
  if (entries.every(([, , member]) => member === undefined)) return undefined;
  return (replacements) => {
    const copy: Record<string, unknown> = {};
    for (const [name, member, template] of entries)
      copy[name] = template === undefined ? member : template(replacements);
    return copy;
  };
}

function textTemplate(text: string, ids: readonly string[]): Template<string> | undefined {
  const present = ids.filter((id) => text.includes(id));
  if (present.length === 0) return undefined;
  return (replacements) => present.reduce((copy, id) => copy.replaceAll(id, replacements.get(id) ?? id), text);
}

/** Dates and numbers of BSON are values, and stay. */
function isPlain(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype;
}
