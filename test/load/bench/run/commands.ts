import { readFileSync } from 'node:fs';
import mongoose from 'mongoose';

const { EJSON } = mongoose.mongo.BSON;

/** A command of the service to MongoDB, as `record-commands.mjs` writes it. */
export interface RecordedCommand {
  /** Milliseconds since the epoch. */
  at: number;
  name: string;
  collection: string;
  command: Record<string, unknown>;
}

export type CommandKind = 'read' | 'write';

/** How often the service sends a kind of command. */
export interface CommandCount {
  kind: CommandKind;
  /** `find orders by _id`, for one. */
  what: string;
  /** An order; one that is for many orders counts as its share. */
  commandsAnOrder: number;
  /** An order; a command may hold several. */
  statementsAnOrder: number;
}

const WRITES = new Set(['insert', 'update', 'delete', 'findAndModify', 'bulkWrite']);

export function readCommands(file: string): RecordedCommand[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => EJSON.parse(line) as RecordedCommand);
}

/**
 * Counts by kind, the most frequent first.
 *
 * @param orders how many were placed while these were recorded
 */
export function countCommands(commands: readonly RecordedCommand[], orders: number): CommandCount[] {
  const counts = new Map<string, CommandCount>();
  for (const command of commands) {
    const what = shapeOf(command);
    const count = counts.get(what) ?? { kind: kindOf(command), what, commandsAnOrder: 0, statementsAnOrder: 0 };
    count.commandsAnOrder += 1 / orders;
    count.statementsAnOrder += statementsOf(command).length / orders;
    counts.set(what, count);
  }
  return [...counts.values()].toSorted((one, other) => other.commandsAnOrder - one.commandsAnOrder);
}

export function kindOf({ name }: RecordedCommand): CommandKind {
  return WRITES.has(name) ? 'write' : 'read';
}

function shapeOf(command: RecordedCommand): string {
  const { name, collection } = command;
  const [first] = statementsOf(command);
  const filter = first?.['q'] ?? command.command['filter'] ?? command.command['query'];
  return `${name} ${collection}${filter === undefined ? '' : ` by ${Object.keys(filter as object).join(', ')}`}`;
}

/** What a write does to single documents; a read is one. */
function statementsOf({ command }: RecordedCommand): Record<string, unknown>[] {
  const statements = command['updates'] ?? command['documents'] ?? command['deletes'] ?? [{}];
  return statements as Record<string, unknown>[];
}
