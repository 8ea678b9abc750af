import { ApiExtraModels, ApiProperty, ApiSchema, getSchemaPath } from '@nestjs/swagger';

/** What a check has found; some tell more. */
@ApiSchema({ additionalProperties: true } as object)
export class HealthCheckDto {
  /** @example up */
  status: string;
}

const BY_NAME = { type: 'object' as const, additionalProperties: { $ref: getSchemaPath(HealthCheckDto) } };
const HEALTH_STATUSES = ['ok', 'error', 'shutting_down', 'degraded'] as const;

/** The results of the checks, each by its name. */
@ApiExtraModels(HealthCheckDto)
export class HealthChecksDto {
  @ApiProperty({ enum: HEALTH_STATUSES, enumName: 'HealthStatus', example: 'ok' })
  status: (typeof HEALTH_STATUSES)[number];
  /** Those that passed. */
  @ApiProperty({ ...BY_NAME, selfRequired: false })
  info?: object;
  /** Those that failed. */
  @ApiProperty({ ...BY_NAME, selfRequired: false })
  error?: object;
  /** All of them. */
  @ApiProperty(BY_NAME)
  details: object;
}
