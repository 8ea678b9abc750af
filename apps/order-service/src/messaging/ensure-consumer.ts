import { JetStreamApiError, type ConsumerConfig, type JetStreamManager } from '@nats-io/jetstream';
import { log } from '../common/logger.js';

const CONSUMER_NOT_FOUND = 10_014;

type Settings = Partial<ConsumerConfig> & Required<Pick<ConsumerConfig, 'durable_name'>>;

/**
 * Makes a durable consumer, or brings one that an earlier version has made to these settings. One that cannot be changed is
 * better used as it is than not at all.
 */
export async function ensureConsumer(manager: JetStreamManager, stream: string, settings: Settings): Promise<void> {
  const { durable_name: durable } = settings;
  const existing = await configOf(manager, stream, durable);
  if (!existing) {
    await manager.consumers.add(stream, settings);
    return;
  }
  const names = Object.keys(settings) as (keyof Settings)[];
  if (names.every((name) => existing[name] === settings[name])) return;
  try {
    await manager.consumers.update(stream, durable, settings);
  } catch (error) {
    if (!(error instanceof JetStreamApiError)) throw error;
    log.error({ stream, durable, reason: error.message }, 'a consumer keeps settings that it should no longer have');
  }
}

async function configOf(
  manager: JetStreamManager,
  stream: string,
  durable: string,
): Promise<ConsumerConfig | undefined> {
  try {
    return (await manager.consumers.info(stream, durable)).config;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === CONSUMER_NOT_FOUND) return undefined;
    throw error;
  }
}
