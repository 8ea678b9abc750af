import type { Scenario } from './scenario.js';
import { killService } from './scenarios/kill-service.js';

/** Every scenario, in the order of the table. */
export const SCENARIOS: readonly Scenario[] = [killService];
