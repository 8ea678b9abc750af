import { IsInt, Max, Min } from 'class-validator';
import { IsCurrency } from './fields.js';

/** Sums of many such amounts are still exact integers. */
const MOST_AMOUNT = 1_000_000_000_000;

/** An amount of money. */
export class MoneyDto {
  /**
   * Minor units (cents).
   * @example 1999
   */
  @IsInt()
  @Min(0)
  @Max(MOST_AMOUNT)
  amount: number;

  /**
   * ISO 4217 code.
   * @example USD
   */
  @IsCurrency()
  currency: string;
}
