import { CHECK_NAMES, type CheckName, type Finding } from './finding.js';

export interface DriftingOrder {
  readonly orderId: string;
  readonly number?: string;
  readonly differences: readonly Pick<Finding, 'check' | 'detail'>[];
}

export interface CheckTally {
  checked: number;
  inFlight: number;
  drift: number;
}

/** Most drifting orders that are named; all are counted. */
const MOST_NAMED = 1_000;

/** What was found, added up. */
export class Outcome {
  readonly tallies: Readonly<Record<CheckName, CheckTally>> = Object.fromEntries(
    CHECK_NAMES.map((check) => [check, { checked: 0, inFlight: 0, drift: 0 }]),
  ) as Record<CheckName, CheckTally>;
  readonly named: DriftingOrder[] = [];
  orders = 0;
  drifting = 0;

  /**
   * Counts an order under every check that was made of it.
   *
   * @param drift what does not agree; `inFlight` what may not agree because somebody is at it
   */
  add(
    order: { id: string; number?: string },
    checks: readonly CheckName[],
    drift: readonly Finding[],
    inFlight: readonly Finding[],
  ): void {
    for (const check of checks) {
      this.tallies[check].checked += 1;
      if (drift.some((finding) => finding.check === check)) this.tallies[check].drift += 1;
      else if (inFlight.some((finding) => finding.check === check)) this.tallies[check].inFlight += 1;
    }
    if (drift.length === 0) return;
    this.drifting += 1;
    if (this.named.length >= MOST_NAMED) return;
    const differences = drift.map(({ check, detail }) => ({ check, detail }));
    this.named.push({
      orderId: order.id,
      ...(order.number === undefined ? {} : { number: order.number }),
      differences,
    });
  }
}
