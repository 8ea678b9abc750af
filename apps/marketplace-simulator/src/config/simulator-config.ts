import { resolve } from 'node:path';
import type { LogLevel } from '@nestjs/common';
import type { SimulatorDials } from '@marketplace/contracts';

/** The environment holds values the simulator cannot start with; `faults` has one line for each. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';

  constructor(readonly faults: readonly string[]) {
    super(faults.join('; '));
  }
}

/** What the environment says, parsed once when the process starts. */
export class SimulatorConfig {
  constructor(
    /** NATS servers, `nats://host:port`. */
    readonly natsServers: readonly string[],
    /** Absolute path of the folder with the ledger's file. */
    readonly dataFolder: string,
    readonly logLevels: LogLevel[],
    /** The dials as they stand when the process starts. */
    readonly dials: SimulatorDials,
  ) {}
}

const LOG_LEVELS: readonly LogLevel[] = ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'];
/** The order service's level names, so that one `LOG_LEVEL` serves both processes. */
const LEVEL_ALIASES: Readonly<Record<string, LogLevel>> = { info: 'log', trace: 'verbose' };

/**
 * Reads `NATS_URL`, `SIMULATOR_DATA_DIR`, `LOG_LEVEL` and the dials `SIMULATOR_LATENCY_MS`,
 * `SIMULATOR_AUTHORIZE_LATENCY_MS`, `SIMULATOR_DECLINE_RATE`, `SIMULATOR_LOST_REPLY_RATE`,
 * `SIMULATOR_LATE_REPLY_RATE`, `SIMULATOR_LATE_REPLY_MS`, `SIMULATOR_DOUBLE_REPLY_RATE`,
 * `SIMULATOR_DUPLICATE_EVENT_RATE`, `SIMULATOR_EVENT_DELAY_MS`, `SIMULATOR_REORDER_EVENTS`, `SIMULATOR_FAIL_CATALOG`,
 * `SIMULATOR_FAIL_INVENTORY` and `SIMULATOR_FAIL_PAYMENTS`.
 *
 * @throws ConfigurationError naming every bad value at once
 */
export function readConfig(environment: NodeJS.ProcessEnv): SimulatorConfig {
  const faults: string[] = [];
  const number = (name: string, max: number): number => {
    const value = Number(environment[name] ?? 0);
    if (!(value >= 0 && value <= max)) faults.push(`${name} must be a number from 0 to ${max}`);
    return value;
  };
  const flag = (name: string): boolean => {
    const value = environment[name] ?? 'false';
    if (value !== 'true' && value !== 'false') faults.push(`${name} must be true or false`);
    return value === 'true';
  };
  const level = environment['LOG_LEVEL'] ?? 'info';
  const lowest = LOG_LEVELS.indexOf(LEVEL_ALIASES[level] ?? (level as LogLevel));
  if (level !== 'silent' && lowest < 0)
    faults.push('LOG_LEVEL must be fatal, error, warn, info, debug, trace or silent');

  const dials: SimulatorDials = {
    latencyMs: number('SIMULATOR_LATENCY_MS', MAX_DELAY_MS),
    authorizeLatencyMs: number('SIMULATOR_AUTHORIZE_LATENCY_MS', MAX_DELAY_MS),
    declineRate: number('SIMULATOR_DECLINE_RATE', 1),
    lostReplyRate: number('SIMULATOR_LOST_REPLY_RATE', 1),
    lateReplyRate: number('SIMULATOR_LATE_REPLY_RATE', 1),
    lateReplyMs: number('SIMULATOR_LATE_REPLY_MS', MAX_DELAY_MS),
    doubleReplyRate: number('SIMULATOR_DOUBLE_REPLY_RATE', 1),
    duplicateEventRate: number('SIMULATOR_DUPLICATE_EVENT_RATE', 1),
    eventDelayMs: number('SIMULATOR_EVENT_DELAY_MS', MAX_DELAY_MS),
    reorderEvents: flag('SIMULATOR_REORDER_EVENTS'),
    failCatalog: flag('SIMULATOR_FAIL_CATALOG'),
    failInventory: flag('SIMULATOR_FAIL_INVENTORY'),
    failPayments: flag('SIMULATOR_FAIL_PAYMENTS'),
  };
  const servers = (environment['NATS_URL'] ?? 'nats://127.0.0.1:4222').split(',').map((server) => server.trim());
  if (servers.includes('')) faults.push('NATS_URL must name a server, or several with commas between them');
  if (faults.length > 0) throw new ConfigurationError(faults);
  const folder = resolve(environment['SIMULATOR_DATA_DIR'] ?? '.data/simulator');
  return new SimulatorConfig(servers, folder, LOG_LEVELS.slice(0, lowest + 1), dials);
}

/** No dial delays anything for longer: an hour. */
export const MAX_DELAY_MS = 3_600_000;
