import { Inject, Injectable } from '@nestjs/common';
import { ProblemError } from '@marketplace/contracts';
import type { Money } from '@marketplace/domain';
import type { Principal } from '../auth/principal.js';
import { validationProblem } from '../common/validation.js';
import { changeAddress, holdOrder, releaseHold } from './domain/care.js';
import type { Address } from './domain/order.js';
import { refund } from './domain/refund.js';
import type { UnitRequest } from './domain/unit-selection.js';
import { narrowed } from './fulfil-orders.service.js';
import { OrderCommands, requireSeller, type Commanded, type CommandConditions } from './order-commands.service.js';

export interface RefundOrderRequest extends UnitRequest {
  readonly amount?: Money | undefined;
  readonly fundedBy?: 'vendor' | 'marketplace' | undefined;
  readonly reason: string;
}

/** What people do when something has gone wrong: give money back, hold an order, send it somewhere else. */
@Injectable()
export class CareForOrders {
  constructor(@Inject(OrderCommands) private readonly commands: OrderCommands) {}

  /** @throws ProblemError `refund_exceeds_captured`, `quantity_unavailable`, `currency_mismatch`, `forbidden` */
  async refund(
    orderId: string,
    principal: Principal,
    request: RefundOrderRequest,
    conditions: CommandConditions,
  ): Promise<Commanded> {
    if (request.items && request.amount) {
      throw validationProblem([{ pointer: '/amount', detail: 'give either items or an amount, not both' }]);
    }
    if (request.amount?.amount === 0) {
      throw validationProblem([{ pointer: '/amount/amount', detail: 'amount must not be less than 1' }]);
    }
    if (request.fundedBy && !request.amount) {
      throw validationProblem([{ pointer: '/fundedBy', detail: 'fundedBy goes with an amount' }]);
    }
    return this.commands.run(orderId, principal, request.vendorId, conditions, (order, caller, context) => {
      requireSeller(caller, 'refund');
      if (caller.vendorId !== undefined && request.fundedBy === 'marketplace') {
        throw new ProblemError('forbidden', "a vendor cannot spend the marketplace's money");
      }
      if (request.amount && request.amount.currency !== order.currency) {
        throw new ProblemError('currency_mismatch', `the order is in ${order.currency}`);
      }
      const { vendorId, items } = narrowed(request, caller);
      const { amount, fundedBy, reason } = request;
      return refund(order, { vendorId, items, amountMinor: amount?.amount, fundedBy, reason }, context);
    });
  }

  async hold(orderId: string, principal: Principal, reason: string, conditions: CommandConditions): Promise<Commanded> {
    return this.commands.run(orderId, principal, undefined, conditions, (order, _caller, context) =>
      holdOrder(order, reason, context),
    );
  }

  async release(orderId: string, principal: Principal, conditions: CommandConditions): Promise<Commanded> {
    return this.commands.run(orderId, principal, undefined, conditions, (order, _caller, context) =>
      releaseHold(order, context),
    );
  }

  /** @throws IllegalTransitionError once anything has left */
  async changeAddress(
    orderId: string,
    principal: Principal,
    address: Address,
    conditions: CommandConditions,
  ): Promise<Commanded> {
    return this.commands.run(orderId, principal, undefined, conditions, (order, _caller, context) =>
      changeAddress(order, address, context),
    );
  }
}
