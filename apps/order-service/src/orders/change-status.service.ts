import { Inject, Injectable } from '@nestjs/common';
import { ProblemError } from '@marketplace/contracts';
import { isStaff, scopeOf, type Principal, type Scope } from '../auth/principal.js';
import { Background } from '../common/background.js';
import { requireVersion } from '../common/compare-and-set.js';
import { within } from '../common/deadline.js';
import { validationProblem } from '../common/validation.js';
import { Config } from '../config/config.js';
import { actorOf } from './actor.js';
import type { Order } from './domain/order.js';
import { requestStatus, type Parcel, type RequestableStatus } from './domain/fulfil.js';
import { seesOnlyVendor } from './order.presenter.js';
import { OrderChanges } from './order-changes.service.js';
import { OrderWork } from './order-work.service.js';
import { OrderRepository } from './persistence/order.repository.js';

/** A move as a caller asks for it. */
export interface StatusMove {
  readonly status: RequestableStatus;
  readonly vendorId?: string | undefined;
  readonly reason?: string | undefined;
  readonly shipment?: Parcel | undefined;
}

/** Moves orders along: vendors their own part, customers to `cancelled` only, staff any. */
@Injectable()
export class ChangeStatus {
  constructor(
    @Inject(OrderRepository) private readonly orders: OrderRepository,
    @Inject(OrderChanges) private readonly changes: OrderChanges,
    @Inject(OrderWork) private readonly work: OrderWork,
    @Inject(Background) private readonly background: Background,
    @Inject(Config) private readonly config: Config,
  ) {}

  /**
   * @returns the order after the move and, within PAYMENT_WAIT_MS, after the capture or void that it causes
   * @throws ProblemError `not_found`, `forbidden`, `version_conflict`; IllegalTransitionError
   */
  async move(orderId: string, principal: Principal, move: StatusMove, expectedVersion?: number): Promise<Order> {
    const scope = scopeOf(principal);
    const order = await this.orders.find(orderId, scope);
    if (!order) throw notFound();
    const vendorId = vendorConcerned(order, principal, scope, move);
    if (move.shipment && move.status !== 'shipped') {
      throw validationProblem([{ pointer: '/shipment', detail: 'a shipment comes with the status shipped only' }]);
    }
    const context = { now: new Date(), actor: actorOf(principal) };
    const request = { status: move.status, vendorId, reason: move.reason, parcel: move.shipment };
    const changed = await this.changes.apply(
      orderId,
      (state) => {
        requireVersion(state.version, expectedVersion);
        return requestStatus(state, request, context);
      },
      order,
    );
    if (!changed) throw notFound();
    if (changed.version === order.version) return changed;
    const worked = this.work.run(changed);
    this.background.run('order work', async () => worked);
    return (await within(this.config.PAYMENT_WAIT_MS, worked)) ?? changed;
  }
}

/** The one vendor order that the move is narrowed to, once it is clear that the caller may ask for it. */
function vendorConcerned(order: Order, principal: Principal, scope: Scope, move: StatusMove): string | undefined {
  const named = move.vendorId;
  const ownVendorId = isStaff(principal) ? undefined : (seesOnlyVendor(order, scope) ?? vendorOfBoth(scope, move));
  if (ownVendorId === undefined) {
    if (!isStaff(principal) && move.status !== 'cancelled') {
      throw new ProblemError('forbidden', 'a customer may only cancel');
    }
    if (named !== undefined && !order.vendorOrders.some((vendorOrder) => vendorOrder.vendorId === named)) {
      throw validationProblem([{ pointer: '/vendorId', detail: 'the order has no part of this vendor' }]);
    }
    return named;
  }
  if (named !== undefined && named !== ownVendorId) {
    throw new ProblemError('forbidden', 'a vendor moves its own vendor order only');
  }
  return ownVendorId;
}

/** A vendor who bought from itself acts as the vendor on its own part, unless it cancels as the customer. */
function vendorOfBoth(scope: Scope, move: StatusMove): string | undefined {
  return scope.vendorId !== undefined && (move.vendorId === scope.vendorId || move.status !== 'cancelled')
    ? scope.vendorId
    : undefined;
}

function notFound(): ProblemError {
  return new ProblemError('not_found', 'there is no such order');
}
