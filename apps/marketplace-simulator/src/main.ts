import 'reflect-metadata';
import { ConsoleLogger, type LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { startTracing, stopTracing } from '@marketplace/tracing';
import { ConfigurationError, readConfig } from './config/simulator-config.js';
import { SimulatorModule } from './simulator.module.js';
import { SimulatorService } from './simulator.service.js';

const STOP_DEADLINE_MS = 1_800;

async function main(): Promise<void> {
  const { logLevels } = readConfig(process.env);
  const logger = new ConsoleLogger('Simulator', { json: true, logLevels });
  await startTracing('marketplace-simulator', process.env, (reason) =>
    logger.warn(`spans were not exported: ${reason}`),
  );
  const application = await NestFactory.createApplicationContext(SimulatorModule, { logger });
  const simulator = application.get(SimulatorService);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(simulator, logger));
  await simulator.start();
}

async function stop(simulator: SimulatorService, logger: LoggerService): Promise<void> {
  logger.log('stopping');
  // A server that hangs must not keep the process: everything answered is in the ledger already.
  setTimeout(() => process.exit(0), STOP_DEADLINE_MS);
  await simulator.stop();
  await stopTracing();
  process.exit(0);
}

function fail(error: unknown): void {
  const logger = new ConsoleLogger('Simulator', { json: true });
  const faults = error instanceof ConfigurationError ? error.faults : [error instanceof Error ? error.stack : error];
  for (const fault of faults) logger.fatal(fault);
  process.exit(1);
}

main().catch(fail);
