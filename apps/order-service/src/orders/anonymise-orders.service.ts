import { Inject, Injectable } from '@nestjs/common';
import { v4 as uuid } from 'uuid';
import type { Principal } from '../auth/principal.js';
import { anonymiseOrder, mayBeAnonymised, requireAnonymisable } from './domain/anonymise.js';
import type { Actor, Order } from './domain/order.js';
import { OrderChanges } from './order-changes.service.js';
import { OrderCommands, type Commanded, type CommandConditions } from './order-commands.service.js';
import { OrderWork } from './order-work.service.js';
import { OrderRepository } from './persistence/order.repository.js';

/** What came of a batch of a customer's orders. */
export interface AnonymisedBatch {
  readonly anonymised: number;
  /** Orders that are under way and keep what they need. */
  readonly waiting: number;
  /** The last order that was looked at; undefined when there are no more. */
  readonly last: string | undefined;
}

/** Takes out of orders what tells whose they are. */
@Injectable()
export class AnonymiseOrders {
  constructor(
    @Inject(OrderRepository) private readonly orders: OrderRepository,
    @Inject(OrderChanges) private readonly changes: OrderChanges,
    @Inject(OrderCommands) private readonly commands: OrderCommands,
    @Inject(OrderWork) private readonly work: OrderWork,
  ) {}

  /** @throws IllegalTransitionError while the order is under way */
  async one(
    orderId: string,
    principal: Principal,
    includesOpen: boolean,
    conditions: CommandConditions,
  ): Promise<Commanded> {
    const pseudonym = newPseudonym();
    return this.commands.run(orderId, principal, undefined, conditions, (order, _caller, context) => {
      if (order.anonymisedAt) return order;
      requireAnonymisable(order, includesOpen);
      return anonymiseOrder(order, pseudonym, context);
    });
  }

  /** The orders of a customer after the given one, in the order of their ids. Done again it finds nothing more to do. */
  async ofCustomer(
    customerId: string,
    after: string,
    most: number,
    request: { readonly by: Actor; readonly includesOpen: boolean },
  ): Promise<AnonymisedBatch> {
    const ids = await this.orders.findIdsOfCustomer(customerId, after, most);
    let anonymised = 0;
    for (const id of ids) {
      const context = { now: new Date(), actor: request.by };
      const pseudonym = newPseudonym();
      const rule = (order: Order): Order =>
        order.customerId === customerId && mayBeAnonymised(order, request.includesOpen)
          ? anonymiseOrder(order, pseudonym, context)
          : order;
      const order = await this.changes.apply(id, rule);
      if (order?.customerId === customerId) continue;
      anonymised += 1;
      if (order) await this.work.run(order);
    }
    return { anonymised, waiting: ids.length - anonymised, last: ids.length < most ? undefined : ids.at(-1) };
  }

  /** How many orders name the customer, counted up to a bound. */
  async countOfCustomer(customerId: string, most: number): Promise<number> {
    return (await this.orders.findIdsOfCustomer(customerId, '', most)).length;
  }
}

function newPseudonym(): string {
  return `anonymised-${uuid()}`;
}
