import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { PROBLEMS, type ProblemCode } from '@marketplace/contracts';
import { MoneyDto, SignedMoneyDto } from './money.dto.js';

const CODES = Object.keys(PROBLEMS) as ProblemCode[];

/** A fault of one field. */
export class FaultDto {
  /**
   * JSON Pointer (RFC 6901) into the body, or the name of the parameter or header.
   * @example /items/0/quantity
   */
  pointer: string;
  /** @example quantity must not be less than 1 */
  detail: string;
}

/** How many units of a product there are. */
export class AvailableUnitsDto {
  /** @example demo-1 */
  sku: string;
  /** @example 1 */
  available: number;
}

/** What a line costs now, and what it cost in the cart where it came from one. */
export class PriceDifferenceDto {
  /** @example demo-1 */
  sku: string;
  expected?: MoneyDto;
  actual: MoneyDto;
  difference?: SignedMoneyDto;
}

/** A failure, as a problem document (RFC 9457). The members after `errors` belong to the codes that they name. */
@ApiSchema({ additionalProperties: true } as object)
export class ProblemDto {
  /** @example https://marketplace.example/problems/validation-failed */
  type: string;
  /** @example The request does not fit its schema */
  title: string;
  /** @example 400 */
  status: number;
  /** Stable; made to be branched on. New codes may come. */
  @ApiProperty({ enum: CODES, enumName: 'ProblemCode', example: 'validation_failed' })
  code: ProblemCode;
  /** @example quantity must not be less than 1 */
  detail?: string;
  /** @example /carts */
  instance?: string;
  /** `validation_failed`: one entry a fault. */
  errors?: FaultDto[];
  /**
   * `payment_declined`: the order exists, with status `payment_failed`.
   * @example 0199a1c2-8a10-7f3e-b1c4-6d2f1e0a9b77
   */
  orderId?: string;
  /** `payment_declined`: a guest's token for that order. */
  accessToken?: string;
  /**
   * `payment_declined`: why, in the words of the Payment Service.
   * @example card_declined
   */
  reason?: string;
  /** `illegal_transition`: the status as it is. */
  from?: string;
  /** `illegal_transition`: the status that was asked for. */
  to?: string;
  /** `illegal_transition`: the statuses that could have been asked for. */
  allowed?: string[];
  /** `out_of_stock`: the products of which too few are left. */
  short?: AvailableUnitsDto[];
  /** `quantity_unavailable`: the products of which fewer units are left than were asked for. */
  items?: AvailableUnitsDto[];
  /** `unknown_sku`: the products that the catalog does not sell. */
  unknown?: string[];
  /** `price_changed`: what the buyer saw. */
  expectedTotal?: MoneyDto;
  /** `price_changed`: what it is now. */
  actualTotal?: MoneyDto;
  /** `price_changed`: line by line. */
  lines?: PriceDifferenceDto[];
  /** `payments_do_not_add_up`: what the payments should have come to. */
  total?: MoneyDto;
  /** `payments_do_not_add_up`: what they came to. */
  payments?: MoneyDto;
  /** `refund_exceeds_captured`: the most that can be given back. */
  refundable?: MoneyDto;
  /**
   * `version_conflict`: the current version.
   * @example 4
   */
  version?: number;
  /**
   * `rate_limited`: when there is room again.
   * @example 60
   */
  retryAfterSeconds?: number;
  /** `internal`: found again in the service's log. */
  errorId?: string;
  /**
   * The trace that the request belongs to (W3C Trace Context), if it belongs to one; found again in the service's log.
   * @example 0af7651916cd43dd8448eb211c80319c
   */
  traceId?: string;
}
