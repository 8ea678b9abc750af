import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { MsgHdrs } from '@nats-io/nats-core';
import { JetStreamApiError, StorageType, type JetStreamManager } from '@nats-io/jetstream';
import { DUPLICATE_WINDOW_MS, STREAMS } from '@marketplace/contracts';
import { log } from '../common/logger.js';
import { Nats } from './nats-connection.js';

const NANOSECONDS_A_MILLISECOND = 1_000_000;
const STREAM_NOT_FOUND = 10_059;
const PUBLISH_TIMEOUT_MS = 5_000;

const WRITTEN_STREAMS = [STREAMS.orders, STREAMS.carts, STREAMS.notifications, STREAMS.deadLetters];

/** Publishes to JetStream, and makes the streams that this service writes. */
@Injectable()
export class EventPublisher implements OnModuleInit {
  constructor(@Inject(Nats) private readonly nats: Nats) {}

  onModuleInit(): void {
    this.nats.whenConnected(async () => {
      const manager = await this.nats.manager();
      for (const stream of WRITTEN_STREAMS) await ensureStream(manager, stream);
      log.info('streams are ready');
    });
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
  async publish(subject: string, id: string, body: object, headers?: MsgHdrs): Promise<void> {
    const jetstream = this.nats.jetstream;
    if (!jetstream || !this.nats.isConnected) throw new Error('NATS is not connected');
    const payload = body instanceof Uint8Array ? body : JSON.stringify(body);
    const options = { msgID: id, timeout: PUBLISH_TIMEOUT_MS, ...(headers ? { headers } : {}) };
    await jetstream.publish(subject, payload, options);
  }
}

async function ensureStream(
  manager: JetStreamManager,
  stream: { name: string; subjects: readonly string[] },
): Promise<void> {
  try {
    await manager.streams.info(stream.name);
  } catch (error) {
    if (!(error instanceof JetStreamApiError) || error.code !== STREAM_NOT_FOUND) throw error;
    await manager.streams.add({
      name: stream.name,
      subjects: [...stream.subjects],
      storage: StorageType.File,
      duplicate_window: DUPLICATE_WINDOW_MS * NANOSECONDS_A_MILLISECOND,
    });
  }
}
