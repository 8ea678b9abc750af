import { Body, Controller, Inject, Param, Post, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Caller, Serves } from '../auth/auth.guard.js';
import type { Principal } from '../auth/principal.js';
import { ApiProblems, ApiReply, ApiRequest, KEY_PROBLEMS } from '../common/openapi.js';
import type { Reply } from '../common/reply.js';
import { ExpectedVersion, Idempotent, type IdempotentRequest } from '../common/request-headers.js';
import { COMMAND_PROBLEMS, commandReply, CREATED, UPDATED } from './command-replies.js';
import {
  CancelUnitsDto,
  RequestReturnDto,
  ReturnPathDto,
  ShipmentPathDto,
  ShipUnitsDto,
  UpdateReturnDto,
  UpdateShipmentDto,
} from './dto/fulfilment-requests.dto.js';
import { OrderPathDto } from './dto/order-requests.dto.js';
import type { OrderDto } from './dto/order.dto.js';
import { FulfilOrders } from './fulfil-orders.service.js';

@ApiTags('fulfilment')
@Controller('orders/:id')
export class FulfilmentController {
  constructor(@Inject(FulfilOrders) private readonly fulfilment: FulfilOrders) {}

  /**
   * Cancels units that have not left.
   * @remarks Their share of the money falls away and their stock goes back. A customer may cancel before anything of a vendor
   * order has left, a vendor its own part.
   */
  @Post('cancellations')
  @Serves('orders.cancel')
  @ApiRequest({ token: 'required', idempotent: true, conditional: true })
  @ApiReply(CREATED, true)
  @ApiProblems(...COMMAND_PROBLEMS, 'quantity_unavailable', ...KEY_PROBLEMS)
  async cancelOrder(
    @Caller() caller: Principal,
    @Param() { id }: OrderPathDto,
    @Body() body: CancelUnitsDto,
    @ExpectedVersion() expectedVersion?: number,
    @Idempotent() idempotent?: IdempotentRequest,
  ): Promise<Reply<OrderDto>> {
    return commandReply(caller, await this.fulfilment.cancel(id, caller, body, { expectedVersion, idempotent }), 201);
  }

  /** Ships units: one parcel for each vendor order concerned. What they cost is captured. */
  @Post('shipments')
  @Serves('orders.ship')
  @ApiRequest({ token: 'required', idempotent: true, conditional: true })
  @ApiReply(CREATED, true)
  @ApiProblems(...COMMAND_PROBLEMS, 'quantity_unavailable', 'order_held', ...KEY_PROBLEMS)
  async shipOrder(
    @Caller() caller: Principal,
    @Param() { id }: OrderPathDto,
    @Body() { vendorId, items, ...parcel }: ShipUnitsDto,
    @ExpectedVersion() expectedVersion?: number,
    @Idempotent() idempotent?: IdempotentRequest,
  ): Promise<Reply<OrderDto>> {
    const request = { vendorId, items, parcel };
    return commandReply(caller, await this.fulfilment.ship(id, caller, request, { expectedVersion, idempotent }), 201);
  }

  /** Tells what the carrier says of a parcel. The last one that arrives delivers the vendor order. */
  @Put('shipments/:shipmentId')
  @Serves('orders.update-shipment')
  @ApiRequest({ token: 'required', conditional: true })
  @ApiReply(UPDATED)
  @ApiProblems(...COMMAND_PROBLEMS)
  async updateShipment(
    @Caller() caller: Principal,
    @Param() { id, shipmentId }: ShipmentPathDto,
    @Body() { status }: UpdateShipmentDto,
    @ExpectedVersion() expectedVersion?: number,
  ): Promise<Reply<OrderDto>> {
    return commandReply(
      caller,
      await this.fulfilment.updateShipment(id, caller, shipmentId, status, { expectedVersion }),
      200,
    );
  }

  /** Asks to send delivered units back: one return for each vendor order concerned. */
  @Post('returns')
  @Serves('orders.request-return')
  @ApiRequest({ token: 'required', idempotent: true, conditional: true })
  @ApiReply(CREATED, true)
  @ApiProblems(...COMMAND_PROBLEMS, 'quantity_unavailable', ...KEY_PROBLEMS)
  async requestReturn(
    @Caller() caller: Principal,
    @Param() { id }: OrderPathDto,
    @Body() body: RequestReturnDto,
    @ExpectedVersion() expectedVersion?: number,
    @Idempotent() idempotent?: IdempotentRequest,
  ): Promise<Reply<OrderDto>> {
    const conditions = { expectedVersion, idempotent };
    return commandReply(caller, await this.fulfilment.requestReturn(id, caller, body, conditions), 201);
  }

  /** Decides on a return: `received` takes the units back, `refunded` gives their price back. */
  @Put('returns/:returnId')
  @Serves('orders.update-return')
  @ApiRequest({ token: 'required', conditional: true })
  @ApiReply(UPDATED)
  @ApiProblems(...COMMAND_PROBLEMS, 'refund_exceeds_captured', 'quantity_unavailable')
  async updateReturn(
    @Caller() caller: Principal,
    @Param() { id, returnId }: ReturnPathDto,
    @Body() body: UpdateReturnDto,
    @ExpectedVersion() expectedVersion?: number,
  ): Promise<Reply<OrderDto>> {
    return commandReply(
      caller,
      await this.fulfilment.updateReturn(id, caller, returnId, body, { expectedVersion }),
      200,
    );
  }
}
