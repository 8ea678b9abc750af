import { ConsoleLogger, Injectable } from '@nestjs/common';
import { JournalService } from './ledger/journal.service.js';
import { LedgerService } from './ledger/ledger.service.js';
import { NatsConnectionService } from './messaging/nats-connection.service.js';
import { RequestServer } from './messaging/request-server.service.js';
import { NotificationsConsumer } from './notifications/notifications.consumer.js';
import { PaymentEventPublisher } from './payments/payment-event.publisher.js';
import { PaymentsService } from './payments/payments.service.js';

/** The order in which the parts of the simulator start and stop. */
@Injectable()
export class SimulatorService {
  constructor(
    private readonly journal: JournalService,
    private readonly ledger: LedgerService,
    private readonly nats: NatsConnectionService,
    private readonly server: RequestServer,
    private readonly payments: PaymentsService,
    private readonly events: PaymentEventPublisher,
    private readonly notifications: NotificationsConsumer,
  ) {}

  /** Rebuilds the state, waits for NATS as long as it takes, and answers from then on. */
  async start(): Promise<void> {
    await this.journal.open();
    const connection = await this.nats.open();
    await this.events.start(connection);
    this.payments.resume();
    await this.server.listen(connection);
    void this.notifications.run(connection);
    // Whoever started the process waits for this line, so it is printed whatever LOG_LEVEL says.
    const logger = new ConsoleLogger(SimulatorService.name, { json: true, logLevels: ['log'] });
    logger.log(`simulator ready on ${connection.getServer()} with ${this.ledger.size} ledger entries`);
  }

  /** Takes nothing more, answers what is at work, and leaves the ledger complete. */
  async stop(): Promise<void> {
    this.notifications.stop();
    this.payments.stop();
    await this.server.stop();
    this.events.stop();
    await this.journal.close();
    await this.nats.close();
  }
}
