import { Injectable, Logger } from '@nestjs/common';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { SimulatorConfig } from '../config/simulator-config.js';

const DRAIN_DEADLINE_MS = 700;

/** The simulator's connection to NATS: waits for the servers as long as it takes, and comes back whenever they do. */
@Injectable()
export class NatsConnectionService {
  private readonly logger = new Logger(NatsConnectionService.name);
  private connection: NatsConnection | undefined;

  constructor(private readonly config: SimulatorConfig) {}

  async open(): Promise<NatsConnection> {
    this.logger.log(`connecting to NATS`);
    const connection = await connect({
      servers: [...this.config.natsServers],
      name: 'marketplace-simulator',
      waitOnFirstConnect: true,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 250,
      reconnectJitter: 250,
      ignoreAuthErrorAbort: true,
      // A dead server is noticed after two of these, not after minutes.
      pingInterval: 5_000,
    });
    this.connection = connection;
    void this.logStatus(connection);
    return connection;
  }

  /** Sends what is still to be sent and closes; without a server there is nothing to wait for. */
  async close(): Promise<void> {
    const { connection } = this;
    if (!connection || connection.isClosed()) return;
    const deadline = new Promise<void>((resolve) => setTimeout(resolve, DRAIN_DEADLINE_MS));
    await Promise.race([connection.drain().catch((error: unknown) => this.logger.warn(String(error))), deadline]);
  }

  private async logStatus(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type === 'disconnect') this.logger.warn('NATS is away');
      if (status.type === 'reconnect') this.logger.log('NATS is back');
    }
  }
}
