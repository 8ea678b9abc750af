// The decorators of the configuration are read through it.
import 'reflect-metadata';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { resolveNatsUrl } from '../common/addresses.js';
import { UsageError } from '../common/usage-error.js';
import type { Config } from '../config/config.js';
import { parseConfig } from '../config/parse-config.js';
import { natsOptions, natsSettings } from '../messaging/nats-options.js';
import { parseArguments, USAGE, type DeadLetterCommand } from './arguments.js';
import { DeadLetterBox, type DeadLetter } from './dead-letter-box.js';
import { listOf, renderList, renderOne } from './report.js';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

async function main(command: DeadLetterCommand): Promise<number> {
  if (command.kind === 'help') {
    say(USAGE);
    return 0;
  }
  const nats = await reach(parseConfig({ ...natsSettings(process.env), NATS_URL: resolveNatsUrl(process.env) }));
  try {
    return await run(await DeadLetterBox.open(nats), command);
  } finally {
    await nats.close();
  }
}

async function reach(config: Config): Promise<NatsConnection> {
  try {
    return await connect(natsOptions(config, 'dead-letters'));
  } catch (error) {
    throw new Error(`NATS cannot be reached: ${messageOf(error)}`, { cause: error });
  }
}

async function run(box: DeadLetterBox, command: Exclude<DeadLetterCommand, { kind: 'help' }>): Promise<number> {
  const { count, last } = await box.state();
  switch (command.kind) {
    case 'list': {
      const letters: DeadLetter[] = [];
      for await (const letter of box.upTo(last)) if (letters.push(letter) >= command.limit) break;
      say(command.json ? JSON.stringify(listOf(letters), null, 2) : renderList(letters, count));
      return 0;
    }
    case 'show':
      say(renderOne(await box.get(command.sequence)));
      return 0;
    case 'drop':
      await box.get(command.sequence);
      await box.drop(command.sequence);
      say(`dropped ${command.sequence}`);
      return 0;
    case 'redrive':
      return (await redrive(box, await box.get(command.sequence))) ? 0 : EXIT_FAILED;
    case 'redrive-all':
      return redriveAll(box, last);
  }
}

/** Those that are there now: one that comes back is not sent round and round. */
async function redriveAll(box: DeadLetterBox, last: number): Promise<number> {
  let [done, failed] = [0, 0];
  for await (const letter of box.upTo(last)) {
    if (await redrive(box, letter)) done += 1;
    else failed += 1;
  }
  say(`${done} redriven, ${failed} failed`);
  return failed === 0 ? 0 : EXIT_FAILED;
}

async function redrive(box: DeadLetterBox, letter: DeadLetter): Promise<boolean> {
  try {
    await box.redrive(letter);
    say(`redrove ${letter.sequence} to ${letter.facts.subject}`);
    return true;
  } catch (error) {
    process.stderr.write(`${letter.sequence} stays: ${messageOf(error)}\n`);
    return false;
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

try {
  process.exitCode = await main(parseArguments(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  if (error instanceof UsageError) process.stderr.write(`\n${USAGE}\n`);
  process.exitCode = error instanceof UsageError ? EXIT_USAGE : EXIT_FAILED;
}
