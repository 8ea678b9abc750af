import type { Scenario } from './scenario.js';
import { catalogInventoryDead, paymentChaos, paymentsDead } from './scenarios/far-services.js';
import { killAtSteps } from './scenarios/kill-at-steps.js';
import { killMongoPrimary } from './scenarios/kill-mongo-primary.js';
import { killService } from './scenarios/kill-service.js';
import { lastUnits } from './scenarios/last-units.js';
import { natsOutage, natsRestart } from './scenarios/nats.js';
import { paymentHang } from './scenarios/payment-hang.js';
import { races } from './scenarios/races.js';
import { rollingRestart } from './scenarios/rolling-restart.js';

/** Every scenario, in the order of the table. */
export const SCENARIOS: readonly Scenario[] = [
  killService,
  killAtSteps,
  killMongoPrimary,
  natsRestart,
  natsOutage,
  paymentChaos,
  paymentsDead,
  catalogInventoryDead,
  lastUnits,
  races,
  rollingRestart,
  paymentHang,
];
