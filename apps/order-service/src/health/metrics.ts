import { Injectable, Inject, type OnModuleInit } from '@nestjs/common';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { Admission } from '../common/admission.js';
import { Background } from '../common/background.js';
import { Config } from '../config/config.js';
import type { FarService } from '../messaging/far-service.js';
import { Nats } from '../messaging/nats-connection.js';
import { ServiceRequests } from '../messaging/service-requests.js';
import { OrderRepository } from '../orders/persistence/order.repository.js';

/** Counting stops here: beyond it the exact number matters no more than that it is large. */
const MOST_COUNTED = 10_000;
const MOST_ORDERS_LOOKED_AT = 500;

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
    @Inject(Admission) private readonly admission: Admission,
    @Inject(ServiceRequests) private readonly requests: ServiceRequests,
    @Inject(Config) private readonly config: Config,
  ) {}

  onModuleInit(): void {
    const { orders, nats, background, admission } = this;
    collectDefaultMetrics({ register: this.#registry });
    const gauge = (name: string, help: string, read: () => number | Promise<number>): void => {
      const made = new Gauge({
        name,
        help,
        registers: [],
        async collect() {
          this.set(await read());
        },
      });
      this.#registry.registerMetric(made);
    };
    gauge('orders_work_overdue', `Orders with overdue work, counted up to ${MOST_COUNTED}; -1 when unknown`, async () =>
      orders.countDueWork(new Date(), MOST_COUNTED).catch(() => -1),
    );
    gauge('outbox_lag_seconds', 'Age of the event that has waited longest to be published; -1 when unknown', async () =>
      this.#outboxLagSeconds().catch(() => -1),
    );
    gauge('requests_under_way', 'Requests being served, over HTTP and NATS', () => admission.requestsUnderWay);
    gauge('nats_connected', '1 while connected to NATS', () => (nats.isConnected ? 1 : 0));
    gauge('background_tasks', 'Tasks running that no request waits for', () => background.size);
    this.#addFarServices();
  }

  /** Every event belongs to an order whose work is due by the end of its writer's lease. */
  async #outboxLagSeconds(): Promise<number> {
    const now = Date.now();
    const until = new Date(now + this.config.RECOVERY_AFTER_MS);
    const oldest = await this.orders.oldestUnpublished(until, MOST_ORDERS_LOOKED_AT);
    return oldest ? (now - oldest.getTime()) / 1000 : 0;
  }

  #addFarServices(): void {
    const figures: [string, string, (service: FarService) => number][] = [
      [
        'far_service_left_alone',
        '1 while a far service is not asked because it does not answer',
        (service) => Number(service.isLeftAlone),
      ],
      [
        'far_service_calls_under_way',
        'Requests to a far service that wait for its answer',
        (service) => service.callsUnderWay,
      ],
      [
        'far_service_calls_waiting',
        'Requests to a far service that wait for a free slot',
        (service) => service.callsWaiting,
      ],
    ];
    const { requests } = this;
    for (const [name, help, read] of figures) {
      const gauge = new Gauge({
        name,
        help,
        labelNames: ['service'],
        registers: [],
        collect() {
          for (const service of requests.services) this.set({ service: service.name }, read(service));
        },
      });
      this.#registry.registerMetric(gauge);
    }
  }

  /** @param route the template of the route, never the path: labels must stay few */
  observe(method: string, route: string, status: number, seconds: number): void {
    this.#requests.observe({ method, route, status }, seconds);
  }

  async text(): Promise<string> {
    return this.#registry.metrics();
  }
}
