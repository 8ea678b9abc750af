import { ApiProperty } from '@nestjs/swagger';

/** What still names the user, counted up to 1,000. */
export class RemainingDto {
  /** @example 0 */
  orders: number;

  /** @example 0 */
  carts: number;
}

/** How far the anonymising of a user has come. */
export class AnonymisationDto {
  /** @example 0d6f1f0e-5b1c-8a37-9d1f-2c60a3d1b7aa */
  id: string;

  @ApiProperty({ enum: ['running', 'done'], enumName: 'AnonymisationStatus', example: 'running' })
  status: 'running' | 'done';

  /** Whether orders are anonymised that vendors have not sent yet. */
  includeOpen: boolean;

  /**
   * Orders that were anonymised.
   * @example 12
   */
  orders: number;

  /**
   * Carts that were anonymised.
   * @example 3
   */
  carts: number;

  /**
   * Orders that were under way at the last look: they are anonymised when they have ended.
   * @example 1
   */
  waiting: number;

  /** Something may remain although the status is `done`: the user has come back since. Ask again for it. */
  remaining: RemainingDto;
  requestedAt: Date;
  finishedAt?: Date;
}
