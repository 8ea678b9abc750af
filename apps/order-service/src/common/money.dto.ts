import { IsInt, Max, Min } from 'class-validator';
import { IsCurrency } from './fields.js';

/** An amount of money. */
export class MoneyDto {
  /**
   * Minor units (cents).
   * @example 1999
   */
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  amount: number;

  /**
   * ISO 4217 code.
   * @example USD
   */
  @IsCurrency()
  currency: string;
}
