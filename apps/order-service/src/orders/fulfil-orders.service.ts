import { Inject, Injectable } from '@nestjs/common';
import { ProblemError } from '@marketplace/contracts';
import type { Principal } from '../auth/principal.js';
import { Config } from '../config/config.js';
import { cancelUnits, type CancellationReason } from './domain/cancel-units.js';
import { updateShipment } from './domain/fulfil.js';
import type { Order } from './domain/order.js';
import { findReturn, requestReturn, updateReturn } from './domain/return-units.js';
import { shipUnits, type Parcel } from './domain/ship-units.js';
import type { ReturnStatus, ShipmentStatus } from './domain/status.js';
import type { UnitRequest } from './domain/unit-selection.js';
import {
  OrderCommands,
  requireSeller,
  type CommandCaller,
  type Commanded,
  type CommandConditions,
} from './order-commands.service.js';
import { timingOf } from './timing.js';

/** What happens to units: shipped, cancelled, delivered, lost, sent back. */
@Injectable()
export class FulfilOrders {
  constructor(
    @Inject(OrderCommands) private readonly commands: OrderCommands,
    @Inject(Config) private readonly config: Config,
  ) {}

  /** @throws ProblemError `quantity_unavailable`, `order_held`, `forbidden`; IllegalTransitionError */
  async ship(
    orderId: string,
    principal: Principal,
    request: UnitRequest & { parcel: Parcel },
    conditions: CommandConditions,
  ): Promise<Commanded> {
    return this.commands.run(orderId, principal, request.vendorId, conditions, (order, caller, context) => {
      requireSeller(caller, 'ship');
      return shipUnits(order, narrowed(request, caller), request.parcel, context);
    });
  }

  /** Customers cancel before anything of a vendor order has left. @throws ProblemError `quantity_unavailable`; IllegalTransitionError */
  async cancel(
    orderId: string,
    principal: Principal,
    request: UnitRequest & CancellationReason,
    conditions: CommandConditions,
  ): Promise<Commanded> {
    return this.commands.run(orderId, principal, request.vendorId, conditions, (order, caller, context) => {
      const isCustomer = !caller.isStaff && caller.vendorId === undefined;
      return cancelUnits(order, narrowed(request, caller), request, isCustomer, context);
    });
  }

  /** @throws ProblemError `not_found`, `forbidden`; IllegalTransitionError */
  async updateShipment(
    orderId: string,
    principal: Principal,
    shipmentId: string,
    status: Exclude<ShipmentStatus, 'in_transit'>,
    conditions: CommandConditions,
  ): Promise<Commanded> {
    return this.commands.run(orderId, principal, undefined, conditions, (order, caller, context) => {
      requireSeller(caller, 'tell the progress of a parcel');
      const sender = order.vendorOrders.find(({ shipments }) => shipments.some(({ id }) => id === shipmentId));
      return isForeign(sender?.vendorId, caller) ? undefined : updateShipment(order, shipmentId, status, context);
    });
  }

  /** Customers ask within the time to return, staff at any time. @throws ProblemError `quantity_unavailable`, `forbidden` */
  async requestReturn(
    orderId: string,
    principal: Principal,
    request: UnitRequest & { reason: string },
    conditions: CommandConditions,
  ): Promise<Commanded> {
    return this.commands.run(orderId, principal, request.vendorId, conditions, (order, caller, context) => {
      if (caller.vendorId !== undefined) throw new ProblemError('forbidden', 'returns are asked for by the customer');
      const oldest = new Date(context.now.getTime() - timingOf(this.config).returnWindowMs);
      return requestReturn(order, request, caller.isStaff ? undefined : oldest, context);
    });
  }

  /** @throws ProblemError `not_found`, `forbidden`, `refund_exceeds_captured`; IllegalTransitionError */
  async updateReturn(
    orderId: string,
    principal: Principal,
    returnId: string,
    request: { status: Exclude<ReturnStatus, 'requested'>; reason?: string | undefined },
    conditions: CommandConditions,
  ): Promise<Commanded> {
    return this.commands.run(orderId, principal, undefined, conditions, (order, caller, context) => {
      requireSeller(caller, 'decide on a return');
      const seller = findReturn(order, returnId)?.vendorOrder.vendorId;
      return isForeign(seller, caller) ? undefined : updateReturn(order, returnId, request, context);
    });
  }
}

/** A vendor's request is about its own part, whether it says so or not. */
export function narrowed<Request extends UnitRequest>(request: Request, caller: CommandCaller): Request {
  return caller.vendorId === undefined ? request : { ...request, vendorId: caller.vendorId };
}

function isForeign(vendorId: Order['vendorOrders'][number]['vendorId'] | undefined, caller: CommandCaller): boolean {
  return vendorId === undefined || (caller.vendorId !== undefined && caller.vendorId !== vendorId);
}
