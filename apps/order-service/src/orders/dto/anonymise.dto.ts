import { IsBoolean, IsOptional } from 'class-validator';

/** How far anonymising may go. */
export class AnonymiseDto {
  /** Also orders that vendors have not sent yet: nobody will know where to send them. Without it they are left until they have ended. */
  @IsOptional()
  @IsBoolean()
  includeOpen?: boolean;
}
