import {
  JetStreamApiCodes,
  JetStreamApiError,
  RetentionPolicy,
  StorageType,
  type JetStreamManager,
} from '@nats-io/jetstream';
import { DUPLICATE_WINDOW_MS, STREAMS } from '@marketplace/contracts';

const NANOSECONDS_PER_MS = 1_000_000;
const MAX_AGE_MS = 7 * 24 * 3_600_000;

/** Makes stream `PAYMENTS`, or brings one that is there to these settings. */
export async function ensurePaymentStream(manager: JetStreamManager): Promise<void> {
  const { name, subjects } = STREAMS.payments;
  const settings = {
    subjects: [...subjects],
    max_age: MAX_AGE_MS * NANOSECONDS_PER_MS,
    duplicate_window: DUPLICATE_WINDOW_MS * NANOSECONDS_PER_MS,
  };
  try {
    await manager.streams.info(name);
  } catch (error) {
    if (!(error instanceof JetStreamApiError) || error.code !== JetStreamApiCodes.StreamNotFound) throw error;
    await manager.streams.add({ name, ...settings, retention: RetentionPolicy.Limits, storage: StorageType.File });
    return;
  }
  await manager.streams.update(name, settings);
}
