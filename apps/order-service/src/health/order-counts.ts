import { Inject, Injectable } from '@nestjs/common';
import { ORDER_STATUSES, type OrderStatus } from '../orders/domain/status.js';
import { OrderRepository } from '../orders/persistence/order.repository.js';

/** Counting costs some milliseconds in the database, and every replica is asked by every Prometheus. */
const KEPT_FOR_MS = 60_000;
const UNKNOWN = -1;

/** How many orders there are of each status. */
@Injectable()
export class OrderCounts {
  #counts: [OrderStatus, number][] = [];
  #countedAt = Number.NEGATIVE_INFINITY;

  constructor(@Inject(OrderRepository) private readonly orders: OrderRepository) {}

  /** -1 for each status while the database does not answer. */
  async byStatus(most: number): Promise<[OrderStatus, number][]> {
    if (Date.now() - this.#countedAt < KEPT_FOR_MS) return this.#counts;
    try {
      const counts = ORDER_STATUSES.map(async (status): Promise<[OrderStatus, number]> => [
        status,
        await this.orders.countByStatus(status, most),
      ]);
      this.#counts = await Promise.all(counts);
      this.#countedAt = Date.now();
      return this.#counts;
    } catch {
      return ORDER_STATUSES.map((status) => [status, UNKNOWN]);
    }
  }
}
