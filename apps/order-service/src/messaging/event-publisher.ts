import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { headers, type MsgHdrs } from '@nats-io/nats-core';
import { JetStreamApiError, StorageType, type JetStreamManager } from '@nats-io/jetstream';
import { DUPLICATE_WINDOW_MS, STREAMS } from '@marketplace/contracts';
import { inSpan, messageWork, startWithin } from '@marketplace/tracing';
import { endOfTurn } from '../common/end-of-turn.js';
import { log } from '../common/logger.js';
import { traceHeaders } from '../common/trace.js';
import { Config } from '../config/config.js';
import { Nats } from './nats-connection.js';

const NANOSECONDS_A_MILLISECOND = 1_000_000;
const DAY_MS = 24 * 60 * 60 * 1_000;
const UNLIMITED = 0;
const STREAM_NOT_FOUND = 10_059;
const PUBLISH_TIMEOUT_MS = 5_000;

const WRITTEN_STREAMS = [STREAMS.orders, STREAMS.carts, STREAMS.notifications, STREAMS.deadLetters];

/** Publishes to JetStream, and makes the streams that this service writes. */
@Injectable()
export class EventPublisher implements OnModuleInit {
  constructor(
    @Inject(Nats) private readonly nats: Nats,
    @Inject(Config) private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.nats.whenConnected(async () => {
      const manager = await this.nats.manager();
      for (const stream of WRITTEN_STREAMS) await ensureStream(manager, stream, this.#longestAgeMs(stream.name));
      log.info('streams are ready');
    });
  }

  /** Commands for the Notification Service name people: once they have been read nobody needs them. */
  #longestAgeMs(stream: string): number {
    return stream === STREAMS.notifications.name ? this.config.NOTIFICATIONS_MAX_AGE_DAYS * DAY_MS : UNLIMITED;
  }

  get isAvailable(): boolean {
    return this.nats.isConnected;
  }

  /**
   * Resolves once the stream has the message. The id lets the stream drop a repeat within its duplicate window.
   *
   * @param body bytes are sent as they are, anything else as JSON
   * @throws when the stream did not acknowledge in time
   */
  async publish(subject: string, id: string, body: object, given?: MsgHdrs): Promise<void> {
    const jetstream = this.nats.jetstream;
    if (!jetstream || !this.nats.isConnected) throw new Error('NATS is not connected');
    const payload = body instanceof Uint8Array ? body : JSON.stringify(body);
    await inSpan(startWithin(messageWork('publish', 'producer', subject)), async () => {
      await endOfTurn();
      const options = { msgID: id, timeout: PUBLISH_TIMEOUT_MS, headers: withTrace(given) };
      await jetstream.publish(subject, payload, options);
    });
  }
}

/** Whoever hears of the change can go on with the trace that it was made in. */
function withTrace(given: MsgHdrs | undefined): MsgHdrs | undefined {
  const trace = Object.entries(traceHeaders());
  if (trace.length === 0) return given;
  const sent = given ?? headers();
  for (const [name, value] of trace) sent.set(name, value);
  return sent;
}

/** @param longestAgeMs how old messages grow; 0 for any age. A stream that is there with another one is changed */
async function ensureStream(
  manager: JetStreamManager,
  stream: { name: string; subjects: readonly string[] },
  longestAgeMs: number,
): Promise<void> {
  const max_age = longestAgeMs * NANOSECONDS_A_MILLISECOND;
  try {
    const { config } = await manager.streams.info(stream.name);
    if (max_age !== 0 && config.max_age !== max_age) await manager.streams.update(stream.name, { max_age });
  } catch (error) {
    if (!(error instanceof JetStreamApiError) || error.code !== STREAM_NOT_FOUND) throw error;
    await manager.streams.add({
      name: stream.name,
      subjects: [...stream.subjects],
      storage: StorageType.File,
      duplicate_window: DUPLICATE_WINDOW_MS * NANOSECONDS_A_MILLISECOND,
      max_age,
    });
  }
}
