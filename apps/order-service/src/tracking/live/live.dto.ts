import { IsOptional, Matches } from 'class-validator';
import { IsExternalId } from '../../common/fields.js';

export class StreamQueryDto {
  /**
   * The id of the last event that the reader has seen, where it cannot send the header `Last-Event-ID`.
   * @example 7
   */
  @IsOptional()
  @Matches(/^\d{1,15}$/u, { message: '$property must be the id of an event' })
  lastEventId?: string;
}

export class VendorPathDto {
  /**
   * The vendor.
   * @example vendor-1
   */
  @IsExternalId()
  vendorId: string;
}
