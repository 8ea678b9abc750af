/** An amount of money. */
export interface Money {
  /** Minor units (cents). */
  readonly amount: number;
  /** ISO 4217 code. */
  readonly currency: string;
}
