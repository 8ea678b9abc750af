import { Inject, Injectable } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';
import { validationProblem } from '../common/validation.js';
import { requestStatus, type RequestableStatus } from './domain/fulfil.js';
import type { CancellationReasonCode } from './domain/order.js';
import type { Parcel } from './domain/ship-units.js';
import { OrderCommands, requireSeller, type Commanded, type CommandConditions } from './order-commands.service.js';

/** A move as a caller asks for it. */
export interface StatusMove {
  readonly status: RequestableStatus;
  readonly vendorId?: string | undefined;
  readonly reason?: string | undefined;
  readonly reasonCode?: CancellationReasonCode | undefined;
  readonly shipment?: Parcel | undefined;
}

/** Moves orders along: vendors their own part, customers to `cancelled` only, staff any. */
@Injectable()
export class ChangeStatus {
  constructor(@Inject(OrderCommands) private readonly commands: OrderCommands) {}

  /** @throws ProblemError `forbidden`; IllegalTransitionError */
  async move(
    orderId: string,
    principal: Principal,
    move: StatusMove,
    conditions: CommandConditions,
  ): Promise<Commanded> {
    if (move.shipment && move.status !== 'shipped') {
      throw validationProblem([{ pointer: '/shipment', detail: 'a shipment comes with the status shipped only' }]);
    }
    const { status, reason, reasonCode, shipment: parcel } = move;
    return this.commands.run(orderId, principal, move.vendorId, conditions, (order, caller, context) => {
      if (status !== 'cancelled') requireSeller(caller, `move an order to ${status}: it may only cancel`);
      const vendorId = caller.vendorId ?? move.vendorId;
      return requestStatus(order, { status, vendorId, reason, reasonCode, parcel }, context);
    });
  }
}
