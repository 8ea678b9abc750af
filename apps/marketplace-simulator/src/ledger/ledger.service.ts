import { Injectable } from '@nestjs/common';
import type { LedgerReply, LedgerRequest } from '@marketplace/contracts';
import { JournalService } from './journal.service.js';
import { LedgerIndex } from './ledger-index.js';

/** Everything the simulator ever accepted, kept from the journal. */
@Injectable()
export class LedgerService {
  private readonly index = new LedgerIndex();

  constructor(journal: JournalService) {
    for (const type of [
      'authorization.opened',
      'authorization.settled',
      'authorization.barred',
      'payment.moved',
      'payment.refused',
      'stock.reserved',
      'stock.refused',
      'stock.committed',
      'stock.released',
      'notification.received',
      'asked',
    ] as const) {
      journal.on(type, (record) => this.index.apply(record));
    }
  }

  get size(): number {
    return this.index.size;
  }

  /** @throws InvalidCursorError */
  page(request: LedgerRequest): LedgerReply {
    return this.index.page(request);
  }
}
