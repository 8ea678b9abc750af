import { Controller, Get, Header, HttpStatus, Inject, Res, ServiceUnavailableException } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiResponse, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { HealthCheckService, type HealthCheckResult } from '@nestjs/terminus';
import type { Response } from 'express';
import { Serves } from '../auth/auth.guard.js';
import { ApiProblems } from '../common/openapi.js';
import { HealthChecksDto } from './health.dto.js';
import { HealthChecks } from './health-checks.js';
import { Metrics } from './metrics.js';

@ApiTags('operations')
@ApiSecurity({})
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
  @ApiResponse({ status: 200, description: 'It has', type: HealthChecksDto })
  @ApiProblems()
  async getLiveness(@Res({ passthrough: true }) response: Response): Promise<HealthCheckResult> {
    return this.#answer(response, [() => this.checks.process()]);
  }

  /** Whether traffic may come: the database answers and is prepared, NATS was reached, the process is not stopping. */
  @Get('health/ready')
  @Serves('operations')
  @ApiResponse({ status: 200, description: 'It may', type: HealthChecksDto })
  @ApiResponse({ status: 503, description: 'It may not', type: HealthChecksDto })
  @ApiProblems()
  async getReadiness(@Res({ passthrough: true }) response: Response): Promise<HealthCheckResult> {
    return this.#answer(response, this.checks.readiness());
  }

  /** Whether the process has started; it is from the moment that it answers. */
  @Get('health/startup')
  @Serves('operations')
  @ApiResponse({ status: 200, description: 'It has', type: HealthChecksDto })
  @ApiProblems()
  async getStartup(@Res({ passthrough: true }) response: Response): Promise<HealthCheckResult> {
    return this.#answer(response, [() => this.checks.process()]);
  }

  /** Metrics in the Prometheus text format. */
  @Get('metrics')
  @Serves('operations')
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  @ApiResponse({ status: 200, description: 'The metrics', content: { 'text/plain': { schema: { type: 'string' } } } })
  @ApiProblems()
  async getMetrics(): Promise<string> {
    return this.metrics.text();
  }

  /** The page for people is at /docs. */
  @Get()
  @Serves('operations')
  @ApiExcludeEndpoint()
  getHome(): { service: string; docs: string; health: string } {
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
