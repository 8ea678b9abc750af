import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { inSpan, messageWork, startReceived } from '@marketplace/tracing';
import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';
import { DialsService, type SimulatedService } from '../dials/dials.service.js';
import { JournalService } from '../ledger/journal.service.js';

/** Returned by a handler whose work is done but whose caller is to hear nothing. */
export const NO_REPLY = Symbol('no reply');

/** Answers the parsed body of a request with what is to be sent back as JSON. */
export type RequestHandler = (body: unknown) => object | typeof NO_REPLY | Promise<object | typeof NO_REPLY>;

interface Endpoint {
  service: SimulatedService;
  subject: string;
  handler: RequestHandler;
}

const QUEUE_GROUP = 'marketplace-simulator';
const STOP_DEADLINE_MS = 500;

/**
 * Answers plain JSON requests over core NATS. A reply leaves only when everything the request changed is in the ledger's
 * file. Whatever is wrong with a request, its caller is answered `{error}` and nobody else notices.
 */
@Injectable()
export class RequestServer {
  private readonly logger = new Logger(RequestServer.name);
  private readonly endpoints: Endpoint[] = [];
  private subscriptions: Subscription[] = [];
  private active = 0;
  private idle: (() => void) | undefined;

  constructor(
    private readonly dials: DialsService,
    private readonly journal: JournalService,
  ) {}

  /** Registers the handler of a subject. Called while modules are wired, before {@link listen}. */
  serve(service: SimulatedService, subject: string, handler: RequestHandler): void {
    this.endpoints.push({ service, subject, handler });
  }

  /** Subscribes; when it returns, the server knows of every subscription. */
  async listen(connection: NatsConnection): Promise<void> {
    this.subscriptions = this.endpoints.map((endpoint) =>
      connection.subscribe(endpoint.subject, {
        queue: QUEUE_GROUP,
        callback: (error, message) => {
          if (error) this.logger.warn(`subscription ${endpoint.subject}: ${error.message}`);
          else void this.receive(endpoint, message);
        },
      }),
    );
    await connection.flush();
  }

  /** Takes no more requests, and waits for a moment until those at work are answered. Slow ones are left unanswered. */
  async stop(): Promise<void> {
    for (const subscription of this.subscriptions) subscription.unsubscribe();
    this.subscriptions = [];
    if (this.active === 0) return;
    const idle = new Promise<void>((resolve) => (this.idle = resolve));
    await Promise.race([idle, delay(STOP_DEADLINE_MS)]);
  }

  private async receive(endpoint: Endpoint, message: Msg): Promise<void> {
    this.active += 1;
    try {
      const work = messageWork('process', 'server', endpoint.subject);
      await inSpan(startReceived(work, message.headers), async () => this.answer(endpoint, message));
    } catch (error) {
      // The connection is gone, or the reply is too large for it: the caller learns from its own deadline.
      this.logger.warn(`no reply on ${endpoint.subject}: ${String(error)}`);
    } finally {
      this.active -= 1;
      if (this.active === 0) this.idle?.();
    }
  }

  private async answer({ service, subject, handler }: Endpoint, message: Msg): Promise<void> {
    if (this.dials.isDead(service)) return;
    const latencyMs = this.dials.latencyMs(service);
    if (latencyMs > 0) await delay(latencyMs);
    let reply: object | typeof NO_REPLY;
    try {
      reply = await handler(message.data.length > 0 ? message.json<unknown>() : {});
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      this.logger.debug(`${subject} refused: ${text}`);
      reply = { error: text };
    }
    await this.journal.committed();
    if (reply === NO_REPLY || !message.reply) return;
    const replyDelayMs = this.dials.replyDelayMs(service);
    if (replyDelayMs > 0) await delay(replyDelayMs);
    for (let times = this.dials.replyTimes(service); times > 0; times -= 1) message.respond(JSON.stringify(reply));
  }
}
