import { Controller, Get, Header, HttpStatus, Inject, Res, ServiceUnavailableException } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { HealthCheckService, type HealthCheckResult } from '@nestjs/terminus';
import type { Response } from 'express';
import { Serves } from '../auth/auth.guard.js';
import { HealthChecks } from './health-checks.js';
import { Metrics } from './metrics.js';

const CHECKS = { description: 'Each check by name', schema: { type: 'object' as const, additionalProperties: true } };

@ApiTags('operations')
@Controller()
export class HealthController {
  constructor(
    @Inject(HealthCheckService) private readonly health: HealthCheckService,
    @Inject(HealthChecks) private readonly checks: HealthChecks,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {}

  /** Whether the process lives. Nothing outside it is asked: restarting it mends no database. */
  @Get('health/live')
  @Serves('operations')
  @ApiResponse({ status: 200, ...CHECKS })
  async live(@Res({ passthrough: true }) response: Response): Promise<HealthCheckResult> {
    return this.#answer(response, [() => this.checks.process()]);
  }

  /** Whether traffic may come: the database answers and is prepared, NATS was reached, the process is not stopping. */
  @Get('health/ready')
  @Serves('operations')
  @ApiResponse({ status: 200, ...CHECKS })
  @ApiResponse({ status: 503, ...CHECKS })
  async ready(@Res({ passthrough: true }) response: Response): Promise<HealthCheckResult> {
    return this.#answer(response, this.checks.readiness());
  }

  /** Whether the process has started; it is from the moment that it answers. */
  @Get('health/startup')
  @Serves('operations')
  @ApiResponse({ status: 200, ...CHECKS })
  async startup(@Res({ passthrough: true }) response: Response): Promise<HealthCheckResult> {
    return this.#answer(response, [() => this.checks.process()]);
  }

  @Get('metrics')
  @Serves('operations')
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  @ApiOperation({ summary: 'Metrics in the Prometheus text format' })
  @ApiResponse({ status: 200, content: { 'text/plain': { schema: { type: 'string' } } } })
  async scrape(): Promise<string> {
    return this.metrics.text();
  }

  /** The page for people is at /docs. */
  @Get()
  @Serves('operations')
  @ApiExcludeEndpoint()
  home(): { service: string; docs: string; health: string } {
    return { service: 'order-service', docs: '/docs', health: '/health/ready' };
  }

  async #answer(response: Response, checks: Parameters<HealthCheckService['check']>[0]): Promise<HealthCheckResult> {
    try {
      return await this.health.check(checks);
    } catch (error) {
      if (!(error instanceof ServiceUnavailableException)) throw error;
      response.status(HttpStatus.SERVICE_UNAVAILABLE);
      return error.getResponse() as HealthCheckResult;
    }
  }
}
