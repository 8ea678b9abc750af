import { checkAcknowledged, checkUnique } from './acknowledged.js';
import { checkCharges } from './charges.js';
import { checkEvents } from './events.js';
import type { Facts } from './facts.js';
import type { Finding } from './harm.js';
import { checkSettled } from './settled.js';
import { checkStock } from './stock.js';

/** Everything that must not be, of what is known after a scenario. */
export function check(facts: Facts): Finding[] {
  return [checkAcknowledged, checkUnique, checkCharges, checkStock, checkEvents, checkSettled].flatMap((one) =>
    one(facts),
  );
}
