import { Inject, Injectable } from '@nestjs/common';
import { ProblemError } from '@marketplace/contracts';
import { customerIdOf, isStaff, scopeOf, type Principal, type Scope } from '../auth/principal.js';
import { decodeCursor, encodeCursor } from '../common/cursor.js';
import { validationProblem } from '../common/validation.js';
import type { Order } from './domain/order.js';
import { parseOrderNumber } from './domain/order-number.js';
import type { OrdersQueryDto, UserOrdersQueryDto } from './dto/order-queries.dto.js';
import type { OrderPageDto } from './dto/order.dto.js';
import { presentOrder } from './order.presenter.js';
import { OrderListsRepository, type OrderListQuery } from './persistence/order-lists.repository.js';
import { OrderRepository } from './persistence/order.repository.js';

const EMPTY: OrderPageDto = { items: [], nextCursor: null };

/** Reads orders for callers, each within what the caller may see. */
@Injectable()
export class ReadOrders {
  constructor(
    @Inject(OrderRepository) private readonly orders: OrderRepository,
    @Inject(OrderListsRepository) private readonly lists: OrderListsRepository,
  ) {}

  /** @throws ProblemError `not_found` for an order that does not exist, and for one that the scope does not show */
  async get(orderId: string, scope: Scope): Promise<Order> {
    const order = await this.orders.find(orderId, scope);
    if (!order) throw new ProblemError('not_found', 'there is no such order');
    return order;
  }

  /** @throws ProblemError `not_found` for the history of another customer */
  async listOfUser(principal: Principal, userId: string, query: UserOrdersQueryDto): Promise<OrderPageDto> {
    if (!isStaff(principal) && customerIdOf(principal) !== userId) {
      throw new ProblemError('not_found', 'there is no such user');
    }
    return this.#page({ ...period(query), status: query.status }, { everything: false, customerId: userId });
  }

  /** Staff see all orders; a vendor sees its own parts, and `status` is theirs. */
  async list(principal: Principal, query: OrdersQueryDto): Promise<OrderPageDto> {
    const own = isStaff(principal) ? undefined : scopeOf(principal).vendorId;
    if (!isStaff(principal) && own === undefined) return EMPTY;
    // What a vendor is not shown it cannot search by either.
    if (own !== undefined) {
      const hidden = (['customerId', 'email', 'paymentStatus'] as const).find((filter) => query[filter] !== undefined);
      if (hidden) throw new ProblemError('forbidden', `a vendor cannot filter by ${hidden}`);
    }
    const number = query.number === undefined ? undefined : parseOrderNumber(query.number);
    if (query.number !== undefined && number === undefined) return EMPTY;
    const { vendorId, customerId, status, paymentStatus, email, trackingNumber } = query;
    return this.#page(
      { ...period(query), vendorId, customerId, status, paymentStatus, number, email, trackingNumber },
      own === undefined ? { everything: true } : { everything: false, vendorId: own },
    );
  }

  async #page(query: OrderListQuery, scope: Scope): Promise<OrderPageDto> {
    const { orders, next } = await this.lists.list(query, scope);
    return {
      items: orders.map((order) => presentOrder(order, scope)),
      nextCursor: next ? encodeCursor(next) : null,
    };
  }
}

function period(query: UserOrdersQueryDto): Pick<OrderListQuery, 'from' | 'to' | 'after' | 'limit'> {
  const from = query.from === undefined ? undefined : new Date(query.from);
  const to = query.to === undefined ? undefined : new Date(query.to);
  if (from && to && from > to) throw validationProblem([{ pointer: 'to', detail: 'to must not be before from' }]);
  return { from, to, after: query.cursor === undefined ? undefined : decodeCursor(query.cursor), limit: query.limit };
}
