import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JournalDamagedError, JournalFile } from './journal-file.js';

describe('the file of the journal', () => {
  let folder: string;
  let path: string;
  const read = async () => {
    const records: unknown[] = [];
    const { file, tornBytes } = await JournalFile.open(path, (record) => records.push(record));
    return { file, tornBytes, records };
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'journal-'));
    path = join(folder, 'new', 'ledger.jsonl');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('has every line in the file once it says so', async () => {
    const { file } = await read();
    for (let n = 1; n <= 100; n += 1) file.append({ n });
    await file.written();
    expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(101);
    file.append({ n: 101 });
    await file.close();
    const again = await read();
    expect(again.records).toEqual(Array.from({ length: 101 }, (_, index) => ({ n: index + 1 })));
    await again.file.close();
  });

  it('keeps the order of lines appended while others are written', async () => {
    const { file } = await read();
    const waits: Promise<void>[] = [];
    for (let n = 1; n <= 50; n += 1) {
      file.append({ n });
      waits.push(file.written());
      if (n % 7 === 0) await waits[n - 2];
    }
    await Promise.all(waits);
    await file.close();
    const again = await read();
    expect(again.records.map((record) => (record as { n: number }).n)).toEqual(
      Array.from({ length: 50 }, (_, index) => index + 1),
    );
    await again.file.close();
  });

  it.each(['{"n":2', '{"n":2\n'])('cuts off a torn last line %j and goes on', async (torn) => {
    const first = await read();
    first.file.append({ n: 1, text: 'é' });
    await first.file.close();
    await appendFile(path, torn);
    const second = await read();
    expect(second.tornBytes).toBe(torn.length);
    second.file.append({ n: 3 });
    await second.file.close();
    const third = await read();
    expect(third.records).toEqual([{ n: 1, text: 'é' }, { n: 3 }]);
    await third.file.close();
  });

  it('refuses a file damaged elsewhere than at its end', async () => {
    const { file } = await read();
    file.append({ n: 1 });
    await file.close();
    await appendFile(path, '{"n":\n{"n":3}\n');
    await expect(read()).rejects.toThrow(JournalDamagedError);
  });
});
