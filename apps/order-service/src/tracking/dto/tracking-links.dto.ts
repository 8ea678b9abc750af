import { ApiProperty } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { IsEmailAddress, IsResourceId, IsText, IsUnits } from '../../common/fields.js';

/** Days for which a link is good at most. */
export const MOST_LINK_DAYS = 180;

/** A new link to an order's page. */
export class CreateTrackingLinkDto {
  /**
   * Days for which it is good; 30 when left out.
   * @example 30
   */
  @IsOptional()
  @IsUnits(1, MOST_LINK_DAYS)
  expiresInDays?: number;
}

export class TrackingLinkPathDto {
  /**
   * The order.
   * @example 0199a1c2-8a10-7f3e-b1c4-6d2f1e0a9b77
   */
  @IsResourceId()
  id: string;

  /**
   * The link.
   * @example 3b0f6c1e-5d1c-4a57-8f0e-9c2d4b6a7e11
   */
  @IsResourceId()
  linkId: string;
}

/** A link to an order's page: whoever has it may look at the order, and nothing else. */
export class TrackingLinkDto {
  /** @example 3b0f6c1e-5d1c-4a57-8f0e-9c2d4b6a7e11 */
  id: string;
  /**
   * Opens the page.
   * @example https://orders.example/track/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIwMTk5In0.c2lnbmF0dXJl
   */
  url: string;
  /**
   * The last part of the address, for `GET /track/{token}`.
   * @example eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIwMTk5In0.c2lnbmF0dXJl
   */
  token: string;
  createdAt: Date;
  expiresAt: Date;
}

/** The links of an order that are good, oldest first: 20 at most. */
export class TrackingLinksDto {
  items: TrackingLinkDto[];
  /** There is never another page. */
  @ApiProperty({ type: String, nullable: true, example: null })
  nextCursor: null;
}

/** What a person has who placed an order without an account. */
export class OrderLookupDto {
  /**
   * The order's number, as it was typed.
   * @example 7K2M-9QXT-4BC
   */
  @IsText(40)
  number: string;

  /**
   * The e-mail address that was given with the order.
   * @example alice@example.com
   */
  @IsEmailAddress()
  email: string;
}

/** The same words whether or not there is such an order. */
export class OrderLookupReplyDto {
  /** @example If there is such an order, a link to it is on its way to that address. */
  message: string;
}
