/** The ways in which a marketplace can be harmed; each is a column of the table, and each must be zero. */
export const HARMS = ['lost', 'doubled', 'doubleCharges', 'oversold', 'eventGaps', 'unsettled'] as const;
export type Harm = (typeof HARMS)[number];

/** Something that must not be. */
export interface Finding {
  harm: Harm;
  /** What it is about: the id of an order or cart, a product, or an idempotency key. */
  subject: string;
  detail: string;
}

export type HarmCounts = Record<Harm, number>;

/** How many orders, carts or products were harmed in each way, however much there is to say of each. */
export function countHarms(findings: readonly Finding[]): HarmCounts {
  const subjects = (harm: Harm): number =>
    new Set(findings.filter((finding) => finding.harm === harm).map(({ subject }) => subject)).size;
  return Object.fromEntries(HARMS.map((harm) => [harm, subjects(harm)])) as HarmCounts;
}
