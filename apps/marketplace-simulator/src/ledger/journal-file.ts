import { createReadStream } from 'node:fs';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A line of the journal, other than a torn last one, is not JSON. */
export class JournalDamagedError extends Error {
  override readonly name = 'JournalDamagedError';
}

interface Batch {
  lines: string[];
  written: Promise<void>;
  succeed: () => void;
  fail: (error: unknown) => void;
}

/**
 * An append-only file of JSON lines. Lines that arrive together are written together: one write(2) serves every
 * request that waits at that moment. Nothing is forced to the disk, so a crash of the process loses no line that was
 * waited for, but a power cut may.
 */
export class JournalFile {
  private filling = newBatch();
  private writing: Batch | undefined;
  private busy = false;

  private constructor(private readonly handle: FileHandle) {}

  /**
   * Reads every line there is, cuts off a torn last one, and opens the file for appending.
   *
   * @param onRecord is given every line, parsed, in order
   * @throws JournalDamagedError
   */
  static async open(
    path: string,
    onRecord: (record: unknown) => void,
  ): Promise<{ file: JournalFile; tornBytes: number }> {
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(path, 'a');
    try {
      const goodBytes = await readLines(path, onRecord);
      const { size } = await handle.stat();
      if (size > goodBytes) await handle.truncate(goodBytes);
      return { file: new JournalFile(handle), tornBytes: size - goodBytes };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  append(record: object): void {
    this.filling.lines.push(JSON.stringify(record));
    if (this.busy) return;
    this.busy = true;
    // The next turn of the event loop, so that all requests of one read from the socket share a write.
    setImmediate(() => void this.writeBatches());
  }

  /** Waits until every line appended so far is in the file. */
  written(): Promise<void> {
    if (this.filling.lines.length > 0) return this.filling.written;
    return this.writing?.written ?? Promise.resolve();
  }

  async close(): Promise<void> {
    await this.written();
    await this.handle.close();
  }

  private async writeBatches(): Promise<void> {
    while (this.filling.lines.length > 0) {
      const batch = this.filling;
      this.filling = newBatch();
      this.writing = batch;
      try {
        await this.handle.appendFile(`${batch.lines.join('\n')}\n`);
        batch.succeed();
      } catch (error) {
        batch.fail(error);
      }
    }
    this.writing = undefined;
    this.busy = false;
  }
}

function newBatch(): Batch {
  const batch: Partial<Batch> = { lines: [] };
  batch.written = new Promise<void>((resolve, reject) => {
    batch.succeed = resolve;
    batch.fail = reject;
  });
  return batch as Batch;
}

/** Gives every whole line to `onRecord` and answers how many bytes they take. */
async function readLines(path: string, onRecord: (record: unknown) => void): Promise<number> {
  let goodBytes = 0;
  let lineNumber = 0;
  let rest: Buffer = Buffer.alloc(0);
  let damaged: number | undefined;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let from = 0;
    for (let end = bytes.indexOf(10, from); end >= 0; end = bytes.indexOf(10, from)) {
      lineNumber += 1;
      // A line that is not JSON may only be the last one: what a crash in the middle of a write leaves.
      if (damaged !== undefined) throw new JournalDamagedError(`line ${damaged} of ${path} is not JSON`);
      const record = parse(bytes.toString('utf8', from, end));
      if (record === undefined) damaged = lineNumber;
      else {
        onRecord(record);
        goodBytes += end + 1 - from;
      }
      from = end + 1;
    }
    rest = bytes.subarray(from);
  }
  if (damaged !== undefined && rest.length > 0) throw new JournalDamagedError(`line ${damaged} of ${path} is not JSON`);
  return goodBytes;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
