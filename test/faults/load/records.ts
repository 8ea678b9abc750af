import type { AcknowledgedChange, Acknowledgement, BuyerRecords, Complaint } from '../check/facts.js';

/** What buyers and vendors write down while a scenario runs: what they were promised, and what they did not understand. */
export class Records implements BuyerRecords {
  readonly acknowledgements: Acknowledgement[] = [];
  readonly changes: AcknowledgedChange[] = [];
  readonly carts: string[] = [];
  readonly refusedKeys: string[] = [];
  readonly askedToCancel = new Set<string>();
  readonly complaints: Complaint[] = [];
  readonly stock = new Map<string, number>();

  complain(kind: Complaint['kind'], subject: string, detail: string): void {
    this.complaints.push({ kind, at: new Date(), subject, detail });
  }

  /** Orders acknowledged, each counted once. */
  get acknowledged(): number {
    return new Set(this.acknowledgements.map(({ orderId }) => orderId)).size;
  }
}
