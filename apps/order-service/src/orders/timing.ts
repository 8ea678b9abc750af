import type { Config } from '../config/config.js';
import type { Timing } from './domain/timers.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** How long things may take, as configured. */
export function timingOf(config: Config): Timing {
  return {
    unpaidExpiryMs: config.UNPAID_ORDER_EXPIRY_MINUTES * MINUTE_MS,
    vendorActWithinMs: config.VENDOR_ACT_WITHIN_HOURS * HOUR_MS,
    expiryWarningMs: config.AUTHORIZATION_EXPIRY_WARNING_HOURS * HOUR_MS,
    returnWindowMs: config.RETURN_WINDOW_DAYS * 24 * HOUR_MS,
  };
}
