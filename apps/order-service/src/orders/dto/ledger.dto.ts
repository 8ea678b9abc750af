import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  LEDGER_CAUSES,
  LEDGER_FIGURES,
  LEDGER_KINDS,
  type LedgerCauseType,
  type LedgerComponent,
  type LedgerFigure,
  type LedgerKind,
} from '../domain/ledger-entry.js';
import { SignedMoneyDto } from '../../common/money.dto.js';

/** What moved the money. */
export class LedgerCauseDto {
  @ApiProperty({ enum: LEDGER_CAUSES, enumName: 'LedgerCauseType', example: 'shipment' })
  type: LedgerCauseType;
  /**
   * The shipment, refund or cancellation; for a closing the event that ended the order, where there was one.
   * @example s1
   */
  id?: string;
  /**
   * The return that the refund was given for.
   * @example r1
   */
  returnId?: string;
}

/** One movement of money, or of what is owed. */
export class LedgerEntryDto {
  /**
   * 1, 2, 3 ... within this ledger.
   * @example 5
   */
  sequence: number;
  @ApiProperty({ enum: LEDGER_KINDS, enumName: 'LedgerKind', example: 'commission-reversed' })
  kind: LedgerKind;
  /** The figure of the totals that the amount is added to; absent where the entry only informs (`payout-eligible`, `chargeback`). */
  @ApiPropertyOptional({ enum: LEDGER_FIGURES, enumName: 'LedgerFigure', example: 'commission' })
  figure?: LedgerFigure;
  at: Date;
  /** Signed by what it does to its figure: positive adds to it, negative takes from it. */
  amount: SignedMoneyDto;
  /** What the price is made of, for `placed`. */
  @ApiPropertyOptional({ enum: ['items', 'shipping', 'discount', 'tax'], enumName: 'LedgerComponent' })
  component?: LedgerComponent;
  @ApiPropertyOptional({
    enum: ['vendor', 'marketplace'],
    enumName: 'Funder',
    description: 'Who bears the discount or the refund',
  })
  fundedBy?: 'vendor' | 'marketplace';
  /** @example vendor-1 */
  vendorId?: string;
  /**
   * Not shown to vendors.
   * @example t1
   */
  tenderId?: string;
  cause: LedgerCauseDto;
  /**
   * The key under which the Payment Service was asked. Not shown to vendors.
   * @example 0199a1c2-8a10-7f3e-b1c4-6d2f1e0a9b77:t1:refund:3:499
   */
  idempotencyKey?: string;
}

/** The sums of the entries, by figure. */
export class LedgerTotalsDto {
  placed: SignedMoneyDto;
  cancelled: SignedMoneyDto;
  /** What was authorized at first; `voided` says how much of it was given up. Not shown to vendors. */
  authorized?: SignedMoneyDto;
  /** Not shown to vendors. */
  voided?: SignedMoneyDto;
  captured: SignedMoneyDto;
  refunded: SignedMoneyDto;
  commission: SignedMoneyDto;
  /** commission + payout = captured - refunded. */
  payout: SignedMoneyDto;
}

/** A movement of money that was decided and has not happened yet. */
export class OutstandingOperationDto {
  @ApiProperty({ enum: ['capture', 'void', 'refund'], enumName: 'PaymentOperationKind' })
  kind: 'capture' | 'void' | 'refund';
  @ApiProperty({ enum: ['pending', 'failed'], enumName: 'OutstandingStatus' })
  status: 'pending' | 'failed';
  amount: SignedMoneyDto;
  /** @example vendor-1 */
  vendorId?: string;
  cause: LedgerCauseDto;
  /** When it was decided. */
  createdAt: Date;
  /**
   * How often the Payment Service has refused it or failed. Not shown to vendors.
   * @example 1
   */
  attempts?: number;
  /** What the Payment Service said last. Not shown to vendors. */
  lastError?: string;
  /**
   * Not shown to vendors.
   * @example t1
   */
  tenderId?: string;
  /** The key under which the Payment Service is asked. Not shown to vendors. */
  idempotencyKey?: string;
}

/** Every entry of money of an order, oldest first. A vendor sees its own part, and nothing of the payment. */
export class LedgerDto {
  /** @example 0199a1c2-8a10-7f3e-b1c4-6d2f1e0a9b77 */
  orderId: string;
  /** @example USD */
  currency: string;
  entries: LedgerEntryDto[];
  totals: LedgerTotalsDto;
  /** Decided but not done: pending, or failed and left to people. */
  outstanding: OutstandingOperationDto[];
}
