import { Injectable, Inject, type OnModuleInit } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { Background } from '../common/background.js';
import { DeadLetters } from '../messaging/dead-letters.js';
import { Nats } from '../messaging/nats-connection.js';
import { OrderRepository } from '../orders/persistence/order.repository.js';
import { PaymentEvents } from '../payment-client/payment-events.js';

/** Counting stops here: beyond it the exact number matters no more than that it is large. */
const MOST_COUNTED = 10_000;

/** The figures of this process for Prometheus. */
@Injectable()
export class Metrics implements OnModuleInit {
  readonly #registry = new Registry();
  readonly #requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from a request to the end of its reply, by route template',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [this.#registry],
  });

  constructor(
    @Inject(OrderRepository) private readonly orders: OrderRepository,
    @Inject(Nats) private readonly nats: Nats,
    @Inject(Background) private readonly background: Background,
    @Inject(PaymentEvents) private readonly paymentEvents: PaymentEvents,
    @Inject(DeadLetters) private readonly deadLetters: DeadLetters,
  ) {}

  onModuleInit(): void {
    const { orders, nats, background, paymentEvents, deadLetters } = this;
    collectDefaultMetrics({ register: this.#registry });
    this.#gauge(
      'orders_work_overdue',
      `Orders with overdue work, counted up to ${MOST_COUNTED}; -1 when unknown`,
      async () => orders.countDueWork(new Date(), MOST_COUNTED).catch(() => -1),
    );
    this.#gauge('nats_connected', '1 while connected to NATS', () => (nats.isConnected ? 1 : 0));
    this.#gauge('background_tasks', 'Tasks running that no request waits for', () => background.size);
    this.#counter(
      'payment_events_total',
      'Events of the Payment Service, by what has become of them here',
      'outcome',
      () => Object.entries(paymentEvents.figures),
    );
    this.#counter('dead_letters_total', 'Messages that this process has put among the dead letters', 'stream', () =>
      deadLetters.kept.entries(),
    );
    // A scrape must not wait for a server that is away.
    const fromNats = async (read: () => Promise<number>): Promise<number> =>
      nats.isConnected ? read().catch(() => -1) : -1;
    this.#gauge('payment_events_pending', 'Payment events that no replica has finished; -1 when unknown', async () =>
      fromNats(async () => paymentEvents.pending()),
    );
    this.#gauge('dead_letters_waiting', 'Dead letters that wait for people; -1 when unknown', async () =>
      fromNats(async () => deadLetters.waiting()),
    );
  }

  /** @param route the template of the route, never the path: labels must stay few */
  observe(method: string, route: string, status: number, seconds: number): void {
    this.#requests.observe({ method, route, status }, seconds);
  }

  async text(): Promise<string> {
    return this.#registry.metrics();
  }

  #gauge(name: string, help: string, read: () => number | Promise<number>): void {
    const made = new Gauge({
      name,
      help,
      registers: [],
      async collect() {
        this.set(await read());
      },
    });
    this.#registry.registerMetric(made);
  }

  /** A counter by one label, of what is counted elsewhere. */
  #counter(name: string, help: string, label: string, read: () => Iterable<[string, number]>): void {
    const made = new Counter({
      name,
      help,
      labelNames: [label],
      registers: [],
      collect() {
        this.reset();
        for (const [value, count] of read()) this.inc({ [label]: value }, count);
      },
    });
    this.#registry.registerMetric(made);
  }
}
