import { setTimeout as delay } from 'node:timers/promises';
import { signDevelopmentToken, type MongoServer } from '@marketplace/local-stack';
import { ADDRESS, Client, type Order, type Page } from '../../support/client.js';
import { startTestStack, type Replica, type TestStack } from '../../support/stack.js';
import { latencyOf, type Latency } from '../bench/latency.js';
import { readUsage } from '../bench/process-usage.js';
import type { ViewersArguments } from './arguments.js';
import { Crowd, type WatchedOrder } from './crowd.js';
import type { Faults } from './deliveries.js';

const PLACED_AT_ONCE = 8;
/** Garbage of the opening is gone after that, and what is left is what a quiet viewer costs. */
const IDLE_MS = 20_000;
const STATUSES = ['processing', 'shipped', 'delivered'] as const;
const TOKEN_SECONDS = 3_600;

export interface TrialReport {
  viewers: number;
  orders: number;
  openSeconds: number;
  /** Resident memory of the process that serves the viewers. */
  residentBefore: number;
  residentIdle: number;
  residentAfter: number;
  bytesPerIdleViewer: number;
  changes: number;
  changesPerSecond: number;
  deliveries: number;
  /** From the instant of the change, which is taken before it is written, to the viewer. */
  delivery: Latency;
  /** CPU time of the serving process over the changes. */
  cpuMs: number;
  faults: Faults;
}

/** Viewers at one process, changes through another, MongoDB, NATS and the far services on the same machine. */
export class ViewersTrial {
  private constructor(
    private readonly stack: TestStack,
    private readonly changing: Replica,
    private readonly given: ViewersArguments,
    private readonly log: (line: string) => void,
  ) {}

  static async run(mongo: MongoServer, given: ViewersArguments, log: (line: string) => void): Promise<TrialReport> {
    const perOrder = Math.ceil(given.viewers / given.orders);
    const env = { LOG_LEVEL: 'warn', LIVE_STREAMS_PER_CALLER: String(Math.max(100, perOrder)) };
    const stack = await startTestStack({ mongodbServer: mongo.uri, ownNats: true, env, hasSourceMaps: true });
    try {
      return await new ViewersTrial(stack, await stack.startReplica(), given, log).#run();
    } finally {
      await stack.stop();
    }
  }

  async #run(): Promise<TrialReport> {
    const { viewers, ratePerSecond } = this.given;
    const orders = await this.#placeAll();
    this.log(`${orders.length} orders are placed`);
    const crowd = new Crowd();
    try {
      const residentBefore = this.#usage().residentBytes;
      const openedAt = Date.now();
      await crowd.open(orders, viewers);
      await crowd.whenAllCame(await this.#lengths(orders));
      const openSeconds = (Date.now() - openedAt) / 1_000;
      this.log(`${viewers} viewers watch`);
      await delay(IDLE_MS);
      const idle = this.#usage();
      const startedAt = Date.now();
      const changes = await this.#changeAll(orders, ratePerSecond);
      const changeSeconds = (Date.now() - startedAt) / 1_000;
      this.log(`${changes} changes are made`);
      const lengths = await this.#lengths(orders);
      await crowd.whenAllCame(lengths);
      const after = this.#usage();
      const deliveries = crowd.deliveriesSince(startedAt);
      return {
        viewers,
        orders: orders.length,
        openSeconds,
        residentBefore,
        residentIdle: idle.residentBytes,
        residentAfter: after.residentBytes,
        bytesPerIdleViewer: (idle.residentBytes - residentBefore) / viewers,
        changes,
        changesPerSecond: changes / changeSeconds,
        deliveries: deliveries.length,
        delivery: latencyOf(deliveries.map(({ at, madeAt }) => at - madeAt)),
        cpuMs: after.cpuMs - idle.cpuMs,
        faults: crowd.faults(lengths),
      };
    } finally {
      crowd.close();
    }
  }

  async #placeAll(): Promise<WatchedOrder[]> {
    const orders: WatchedOrder[] = [];
    let next = 0;
    const placeSome = async (): Promise<void> => {
      for (let index = next++; index < this.given.orders; index = next++) {
        const owner = await this.#client(`viewer-${index}`, 'customer');
        const body = {
          items: [{ sku: 'demo-1', quantity: 1 }],
          currency: 'USD',
          shippingAddress: ADDRESS,
          payments: [{ methodToken: 'tok_visa' }],
        };
        const reply = await owner.at(this.changing.baseUrl).post<Order>('/orders', body);
        if (reply.status !== 201) throw new Error(`an order was answered ${reply.status}: ${reply.text}`);
        orders.push({ id: reply.body.id, owner });
      }
    };
    await Promise.all(Array.from({ length: PLACED_AT_ONCE }, placeSome));
    return orders;
  }

  /** All orders take one step, then all the next; at this pace, whatever each of them takes. */
  async #changeAll(orders: readonly WatchedOrder[], ratePerSecond: number): Promise<number> {
    const staff = (await this.#client('load', 'support')).at(this.changing.baseUrl);
    const startedAt = Date.now();
    const running: Promise<void>[] = [];
    for (const status of STATUSES) {
      for (const { id } of orders) {
        await delay(Math.max(0, startedAt + (running.length * 1_000) / ratePerSecond - Date.now()));
        running.push(this.#change(staff, id, status));
      }
      await Promise.all(running);
    }
    return running.length;
  }

  async #change(staff: Client, orderId: string, status: (typeof STATUSES)[number]): Promise<void> {
    const parcel = status === 'shipped' ? { shipment: { carrier: 'DHL', trackingNumber: orderId } } : {};
    const reply = await staff.put(`/orders/${orderId}`, { status, ...parcel });
    if (reply.status !== 200) throw new Error(`a change was answered ${reply.status}: ${reply.text}`);
  }

  /** How many events each order has by now. */
  async #lengths(orders: readonly WatchedOrder[]): Promise<Map<string, number>> {
    const lengths = new Map<string, number>();
    for (const { id, owner } of orders) {
      const { body } = await owner.at(this.changing.baseUrl).get<Page<unknown>>(`/orders/${id}/timeline`);
      lengths.set(id, body.items.length);
    }
    return lengths;
  }

  async #client(sub: string, role: string): Promise<Client> {
    const token = await signDevelopmentToken({ sub, roles: [role], ttlSeconds: TOKEN_SECONDS });
    return new Client(this.stack.baseUrl, token, sub);
  }

  #usage(): { cpuMs: number; residentBytes: number } {
    const usage = readUsage(this.stack.service.pid);
    if (!usage) throw new Error('the service has ended');
    return usage;
  }
}
