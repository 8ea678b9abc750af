/** What is compared, by the names of the report. */
export const CHECKS = {
  totals: 'parts add up to the order; placed = shipped + cancelled + open',
  units: 'quantities of lines, parcels, cancellations and refunds agree',
  money: 'captured = shipped value, refunded <= captured, tenders agree',
  status: 'statuses follow from what has happened',
  history: 'sequences 1..n without gaps, published ones among them',
  ledger: "the ledger's entries sum to the order's figures",
  payments: "the Payment Service's records agree",
  events: 'the stream holds every published event, in order, and no other',
  work: 'nothing that was decided is left undone',
} as const;
export type CheckName = keyof typeof CHECKS;
export const CHECK_NAMES = Object.keys(CHECKS) as CheckName[];

/** Something that does not agree. */
export interface Finding {
  readonly check: CheckName;
  readonly detail: string;
  /** It may come right by itself while the order is being worked on; what one write keeps together cannot. */
  readonly passes: boolean;
}

/** A rule, whether it holds, and what is told when it does not. */
export type Rule = readonly [holds: boolean, detail: string];

/** The findings of the rules that do not hold. What is stored may be broken so that a rule cannot even be applied. */
export function broken(check: CheckName, rules: () => readonly Rule[], passes = false): Finding[] {
  try {
    return rules()
      .filter(([holds]) => !holds)
      .map(([, detail]) => ({ check, detail, passes }));
  } catch (error) {
    return [{ check, detail: `it cannot be checked: ${String(error)}`, passes: false }];
  }
}

/** The rule that two figures are the same. */
export function same(what: string, left: number, right: number): Rule {
  return [left === right, `${what}: ${left} is not ${right}`];
}
