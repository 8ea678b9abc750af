import { join } from 'node:path';
import { Injectable, Logger } from '@nestjs/common';
import { SimulatorConfig } from '../config/simulator-config.js';
import { JournalFile } from './journal-file.js';
import type { JournalRecord, RecordOf } from './journal-record.js';

/**
 * The one way in which state changes: a record is appended, and whoever keeps state from it applies it at once. The
 * same records applied in the same order after a restart give the same state. A reply may leave only after
 * {@link committed}.
 */
@Injectable()
export class JournalService {
  private readonly logger = new Logger(JournalService.name);
  private readonly appliers = new Map<string, ((record: JournalRecord) => void)[]>();
  private file: JournalFile | undefined;

  constructor(private readonly config: SimulatorConfig) {}

  /** Registers who keeps state from records of this type. Called while modules are wired, before {@link open}. */
  on<T extends JournalRecord['type']>(type: T, apply: (record: RecordOf<T>) => void): void {
    const appliers = this.appliers.get(type) ?? [];
    appliers.push(apply as (record: JournalRecord) => void);
    this.appliers.set(type, appliers);
  }

  /** Rebuilds the state from the file `ledger.jsonl`. */
  async open(): Promise<void> {
    const path = join(this.config.dataFolder, 'ledger.jsonl');
    const { file, tornBytes } = await JournalFile.open(path, (record) => this.apply(record as JournalRecord));
    this.file = file;
    if (tornBytes > 0) this.logger.warn(`the last line of ${path} was torn: ${tornBytes} bytes were cut off`);
  }

  append(record: JournalRecord): void {
    if (!this.file) throw new Error('the journal is not open');
    this.apply(record);
    this.file.append(record);
  }

  /** Waits until everything appended so far is in the file. Without a ledger nothing may be answered: a failure ends the process. */
  async committed(): Promise<void> {
    try {
      await this.file?.written();
    } catch (error) {
      this.logger.fatal(`the ledger cannot be written: ${String(error)}`);
      process.exit(1);
    }
  }

  async close(): Promise<void> {
    await this.committed();
    await this.file?.close();
    this.file = undefined;
  }

  private apply(record: JournalRecord): void {
    for (const applier of this.appliers.get(record.type) ?? []) applier(record);
  }
}
