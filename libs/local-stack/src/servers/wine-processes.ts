import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { waitUntil } from '../processes/wait-until.js';

/**
 * Waits for Wine's own helper processes to end, which they do by themselves shortly after the last program. Returns at once
 * while another MongoDB uses the same Wine.
 *
 * @param wrapper path of the mongod wrapper, next to which Wine's folder lies
 */
export async function waitForWineToEnd(wrapper: string): Promise<void> {
  const prefix = join(dirname(wrapper), 'prefix');
  await waitUntil(
    'The end of Wine',
    () => {
      const commands = commandsUsing(prefix);
      return commands.length === 0 || commands.some((command) => command.includes('mongod.exe'));
    },
    { deadlineMs: 6_000 },
  ).catch(() => undefined);
}

function commandsUsing(prefix: string): string[] {
  const mark = `WINEPREFIX=${prefix}\0`;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => readOrEmpty(`/proc/${pid}/environ`).includes(mark))
    .map((pid) => readOrEmpty(`/proc/${pid}/cmdline`));
}

/** Processes come and go while they are looked at. */
function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
