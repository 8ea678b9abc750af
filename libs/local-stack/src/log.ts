/** Takes one line for a person who waits: what is done and why. */
export type Log = (line: string) => void;

/** Says what slow work begins and, when it is done, how long it took. */
export async function timed<T>(log: Log, what: string, work: () => Promise<T>): Promise<T> {
  log(`${what} ...`);
  const startedAt = Date.now();
  const reminder = setInterval(() => log(`${what}: still working after ${seconds(startedAt)} s`), 20_000);
  try {
    const result = await work();
    log(`${what}: done in ${seconds(startedAt)} s`);
    return result;
  } finally {
    clearInterval(reminder);
  }
}

function seconds(since: number): number {
  return Math.round((Date.now() - since) / 1000);
}
