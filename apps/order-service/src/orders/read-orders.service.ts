import { Inject, Injectable } from '@nestjs/common';
import { ProblemError } from '@marketplace/contracts';
import { customerIdOf, isStaff, scopeOf, type Principal, type Scope } from '../auth/principal.js';
import { decodeCursor, encodeCursor, type Position } from '../common/cursor.js';
import { validationProblem } from '../common/validation.js';
import { fitting } from '../messaging/reply-size.js';
import type { Order, ShownOrder } from './domain/order.js';
import { parseOrderNumber } from './domain/order-number.js';
import type { OrdersQueryDto, UserOrdersQueryDto } from './dto/order-queries.dto.js';
import type { OrderSummaryPageDto } from './dto/order-summary.dto.js';
import type { OrderDto, OrderPageDto } from './dto/order.dto.js';
import { presentSummary } from './order-summary.presenter.js';
import { presentOrder } from './order.presenter.js';
import { OrderListsRepository, type OrderListQuery } from './persistence/order-lists.repository.js';
import { OrderRepository } from './persistence/order.repository.js';

/** A page of a list, and what its reader may see of each order. */
interface FoundOrders {
  readonly orders: readonly ShownOrder[];
  readonly next: Position | undefined;
  readonly scope: Scope;
}

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
    if (!order) throw notFound();
    return order;
  }

  /** The same, to be shown. @throws ProblemError `not_found` */
  async show(orderId: string, scope: Scope): Promise<OrderDto> {
    const order = await this.orders.findShown(orderId, scope);
    if (!order) throw notFound();
    return presentOrder(order, scope);
  }

  /** @throws ProblemError `not_found` for the history of another customer */
  async listOfUser(principal: Principal, userId: string, query: UserOrdersQueryDto): Promise<OrderPageDto> {
    if (!isStaff(principal) && customerIdOf(principal) !== userId) {
      throw new ProblemError('not_found', 'there is no such user');
    }
    return pageOf(
      await this.#find({ ...period(query), status: query.status }, { everything: false, customerId: userId }),
    );
  }

  /** Staff see all orders; a vendor sees its own parts, and `status` is theirs. */
  async list(principal: Principal, query: OrdersQueryDto): Promise<OrderPageDto> {
    return pageOf(await this.#search(principal, query));
  }

  /** The same list with each order in short, a page at most as large as a message. */
  async listSummaries(principal: Principal, query: OrdersQueryDto): Promise<OrderSummaryPageDto> {
    const { orders, next, scope } = await this.#search(principal, query);
    const items = fitting(orders.map((order) => presentSummary(order, scope)));
    const last = orders[items.length - 1];
    const reached = items.length < orders.length && last?.listedAt ? { at: last.listedAt, id: last.id } : next;
    return { items, nextCursor: reached ? encodeCursor(reached) : null };
  }

  async #search(principal: Principal, query: OrdersQueryDto): Promise<FoundOrders> {
    const own = isStaff(principal) ? undefined : scopeOf(principal).vendorId;
    if (!isStaff(principal) && own === undefined) return NONE;
    // What a vendor is not shown it cannot search by either.
    if (own !== undefined) {
      const hidden = (['customerId', 'email', 'paymentStatus'] as const).find((filter) => query[filter] !== undefined);
      if (hidden) throw new ProblemError('forbidden', `a vendor cannot filter by ${hidden}`);
    }
    const number = query.number === undefined ? undefined : parseOrderNumber(query.number);
    if (query.number !== undefined && number === undefined) return NONE;
    const { vendorId, customerId, status, paymentStatus, email, trackingNumber } = query;
    return this.#find(
      { ...period(query), vendorId, customerId, status, paymentStatus, number, email, trackingNumber },
      own === undefined ? { everything: true } : { everything: false, vendorId: own },
    );
  }

  async #find(query: OrderListQuery, scope: Scope): Promise<FoundOrders> {
    return { ...(await this.lists.list(query, scope)), scope };
  }
}

const NONE: FoundOrders = { orders: [], next: undefined, scope: { everything: false } };

function pageOf({ orders, next, scope }: FoundOrders): OrderPageDto {
  return { items: orders.map((order) => presentOrder(order, scope)), nextCursor: next ? encodeCursor(next) : null };
}

function notFound(): ProblemError {
  return new ProblemError('not_found', 'there is no such order');
}

function period(query: UserOrdersQueryDto): Pick<OrderListQuery, 'from' | 'to' | 'after' | 'limit'> {
  const from = query.from === undefined ? undefined : new Date(query.from);
  const to = query.to === undefined ? undefined : new Date(query.to);
  if (from && to && from > to) throw validationProblem([{ pointer: 'to', detail: 'to must not be before from' }]);
  return { from, to, after: query.cursor === undefined ? undefined : decodeCursor(query.cursor), limit: query.limit };
}
