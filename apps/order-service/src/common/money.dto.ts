import { ApiProperty } from '@nestjs/swagger';
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

/** An amount of money that may be negative. */
export class SignedMoneyDto {
  /**
   * Minor units (cents).
   * @example -120
   */
  @ApiProperty({ type: 'integer' })
  amount: number;
  /**
   * ISO 4217 code.
   * @example USD
   */
  currency: string;
}
