import { Injectable, Inject, type OnModuleInit } from '@nestjs/common';
import { collectDefaultMetrics, Histogram } from 'prom-client';
import { RateLimits } from '../auth/rate-limits.js';
import { Admission } from '../common/admission.js';
import { Background } from '../common/background.js';
import { messageDurations } from '../common/message-request.interceptor.js';
import { Config } from '../config/config.js';
import { DeadLetters } from '../messaging/dead-letters.js';
import type { FarService } from '../messaging/far-service.js';
import { Nats } from '../messaging/nats-connection.js';
import { farServiceDurations, ServiceRequests } from '../messaging/service-requests.js';
import { orderEvents } from '../orders/order-figures.js';
import { OrderRepository } from '../orders/persistence/order.repository.js';
import { paymentOperations } from '../payment-client/payment.client.js';
import { PaymentEvents } from '../payment-client/payment-events.js';
import { EventStreams } from '../tracking/live/event-streams.js';
import { OrderFeed } from '../tracking/live/order-feed.js';
import { OrderWatches } from '../tracking/live/order-watches.js';
import { FigureRegistry } from './figure-registry.js';
import { OrderCounts } from './order-counts.js';
import { PoolFigures } from './pool-figures.js';

/** Counting stops here: beyond it the exact number matters no more than that it is large. */
const MOST_COUNTED = 10_000;
const MOST_ORDERS_LOOKED_AT = 500;
const UNKNOWN = -1;

/** The figures of this process for Prometheus. */
@Injectable()
export class Metrics implements OnModuleInit {
  readonly #registry = new FigureRegistry();
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
    @Inject(Admission) private readonly admission: Admission,
    @Inject(RateLimits) private readonly limits: RateLimits,
    @Inject(ServiceRequests) private readonly requests: ServiceRequests,
    @Inject(PaymentEvents) private readonly paymentEvents: PaymentEvents,
    @Inject(DeadLetters) private readonly deadLetters: DeadLetters,
    @Inject(EventStreams) private readonly streams: EventStreams,
    @Inject(OrderFeed) private readonly feed: OrderFeed,
    @Inject(OrderWatches) private readonly watches: OrderWatches,
    @Inject(OrderCounts) private readonly orderCounts: OrderCounts,
    @Inject(PoolFigures) private readonly pool: PoolFigures,
    @Inject(Config) private readonly config: Config,
  ) {}

  onModuleInit(): void {
    collectDefaultMetrics({ register: this.#registry });
    this.#registry.registerMetric(messageDurations);
    this.#registry.registerMetric(farServiceDurations);
    this.#registry.registerMetric(orderEvents);
    this.#registry.registerMetric(paymentOperations);
    this.#addDatabase();
    this.#addWork();
    this.#addMessages();
    this.#addFarServices();
    this.#addStreams();
  }

  /** @param route the template of the route, never the path: labels must stay few */
  observe(method: string, route: string, status: number, seconds: number): void {
    this.#requests.observe({ method, route, status }, seconds);
  }

  async text(): Promise<string> {
    return this.#registry.metrics();
  }

  #addWork(): void {
    const registry = this.#registry;
    registry.gauge(
      'requests_under_way',
      'Requests being served, over HTTP and NATS',
      () => this.admission.requestsUnderWay,
    );
    registry.counterBy('limit', 'rate_limited_total', 'Requests refused because of a limit of their caller', () =>
      this.limits.refused.entries(),
    );
    registry.gauge('background_tasks', 'Tasks running that no request waits for', () => this.background.size);
    registry.gauge(
      'orders_work_overdue',
      `Orders with overdue work, counted up to ${MOST_COUNTED}; -1 when unknown`,
      async () => this.orders.countDueWork(new Date(), MOST_COUNTED).catch(() => UNKNOWN),
    );
    registry.gauge(
      'outbox_lag_seconds',
      'Age of the event of an order that has waited longest to be published; -1 when unknown',
      async () => this.#outboxLagSeconds().catch(() => UNKNOWN),
    );
  }

  /** Every waiting event belongs to an order whose work is due by the end of its writer's lease. */
  async #outboxLagSeconds(): Promise<number> {
    const now = Date.now();
    const until = new Date(now + this.config.RECOVERY_AFTER_MS);
    const oldest = await this.orders.oldestUnpublished(until, MOST_ORDERS_LOOKED_AT);
    return oldest ? (now - oldest.getTime()) / 1000 : 0;
  }

  #addDatabase(): void {
    const registry = this.#registry;
    registry.gaugeBy(
      'status',
      'orders_by_status',
      `Orders of each status, each counted up to ${MOST_COUNTED} and at most once a minute; -1 when unknown`,
      async () => this.orderCounts.byStatus(MOST_COUNTED),
    );
    registry.gaugeBy('state', 'mongodb_pool_connections', 'Connections to MongoDB, in use and idle', () =>
      this.pool.connections(),
    );
    registry.gauge('mongodb_pool_waiting', 'Operations that wait for a connection to MongoDB', () => this.pool.waiting);
    registry.gauge(
      'mongodb_pool_size',
      'Most connections to MongoDB (MONGODB_POOL_SIZE)',
      () => this.config.MONGODB_POOL_SIZE,
    );
    registry.counterBy(
      'reason',
      'mongodb_pool_failures_total',
      'Connections to MongoDB that an operation did not get',
      () => this.pool.failures.entries(),
    );
  }

  #addMessages(): void {
    const registry = this.#registry;
    // A scrape must not wait for a server that is away.
    const fromNats = async (read: () => Promise<number>): Promise<number> =>
      this.nats.isConnected ? read().catch(() => UNKNOWN) : UNKNOWN;
    registry.gauge('nats_connected', '1 while connected to NATS', () => (this.nats.isConnected ? 1 : 0));
    registry.counterBy(
      'outcome',
      'payment_events_total',
      'Events of the Payment Service, by what has become of them here',
      () => Object.entries(this.paymentEvents.figures),
    );
    registry.gauge('payment_events_pending', 'Payment events that no replica has finished; -1 when unknown', async () =>
      fromNats(async () => this.paymentEvents.pending()),
    );
    registry.counterBy(
      'stream',
      'dead_letters_total',
      'Messages that this process has put among the dead letters',
      () => this.deadLetters.kept.entries(),
    );
    registry.gauge('dead_letters_waiting', 'Dead letters that wait for people; -1 when unknown', async () =>
      fromNats(async () => this.deadLetters.waiting()),
    );
  }

  #addStreams(): void {
    const registry = this.#registry;
    registry.gaugeBy('kind', 'live_viewers', 'Live streams that are open, by what they show', () =>
      this.streams.viewers.entries(),
    );
    registry.counterBy(
      'reason',
      'live_streams_ended_total',
      'Live streams that have ended, by the reason; slow: a reader that did not keep up was cut off',
      () => this.streams.ends.entries(),
    );
    registry.gauge('live_feed', '1 while the events of orders arrive for live streams', () => Number(this.feed.isLive));
    registry.gauge('live_watched_orders', 'Orders that somebody watches live', () => this.watches.size);
  }

  #addFarServices(): void {
    const add = (name: string, help: string, figure: (service: FarService) => number): void => {
      this.#registry.gaugeBy('service', name, help, () =>
        Array.from(this.requests.services, (service): [string, number] => [service.name, figure(service)]),
      );
    };
    add('far_service_left_alone', '1 while a far service is not asked because it does not answer', (service) =>
      Number(service.isLeftAlone),
    );
    add(
      'far_service_calls_under_way',
      'Requests to a far service that wait for its answer',
      (service) => service.callsUnderWay,
    );
    add(
      'far_service_calls_waiting',
      'Requests to a far service that wait for a free slot',
      (service) => service.callsWaiting,
    );
  }
}
