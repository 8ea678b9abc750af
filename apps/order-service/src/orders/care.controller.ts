import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Caller, Serves } from '../auth/auth.guard.js';
import { scopeOf, type Principal } from '../auth/principal.js';
import { ApiProblems, ApiReply, ApiRequest, KEY_PROBLEMS } from '../common/openapi.js';
import type { Reply } from '../common/reply.js';
import { ExpectedVersion, Idempotent, type IdempotentRequest } from '../common/request-headers.js';
import { AnonymiseOrders } from './anonymise-orders.service.js';
import { CareForOrders } from './care-for-orders.service.js';
import { COMMAND_PROBLEMS, commandReply, CREATED, UPDATED } from './command-replies.js';
import { AnonymiseDto } from './dto/anonymise.dto.js';
import { ChangeAddressDto, HoldOrderDto, RefundOrderDto } from './dto/fulfilment-requests.dto.js';
import { LedgerDto } from './dto/ledger.dto.js';
import { OrderPathDto } from './dto/order-requests.dto.js';
import type { OrderDto } from './dto/order.dto.js';
import { ReadLedger } from './read-ledger.service.js';

@ApiTags('care')
@Controller('orders/:id')
export class CareController {
  constructor(
    @Inject(CareForOrders) private readonly care: CareForOrders,
    @Inject(ReadLedger) private readonly ledger: ReadLedger,
    @Inject(AnonymiseOrders) private readonly anonymising: AnonymiseOrders,
  ) {}

  /**
   * Gives money back: for units, an amount, or everything that can be; never more than was captured.
   * @remarks For units their price goes back with the commission on it. An amount is goodwill: spread over the lines by what can
   * still be given back, borne by the vendor unless the marketplace is named. Tenders pay back in reverse order.
   */
  @Post('refunds')
  @Serves('orders.refund')
  @ApiRequest({ token: 'required', idempotent: true, conditional: true })
  @ApiReply(CREATED, true)
  @ApiProblems(
    ...COMMAND_PROBLEMS,
    'refund_exceeds_captured',
    'quantity_unavailable',
    'currency_mismatch',
    ...KEY_PROBLEMS,
  )
  async refundOrder(
    @Caller() caller: Principal,
    @Param() { id }: OrderPathDto,
    @Body() body: RefundOrderDto,
    @ExpectedVersion() expectedVersion?: number,
    @Idempotent() idempotent?: IdempotentRequest,
  ): Promise<Reply<OrderDto>> {
    return commandReply(caller, await this.care.refund(id, caller, body, { expectedVersion, idempotent }), 201);
  }

  /** Keeps an order from being processed and shipped. */
  @Post('hold')
  @HttpCode(200)
  @Serves('orders.hold')
  @ApiRequest({ token: 'required', idempotent: true, conditional: true })
  @ApiReply(UPDATED, true)
  @ApiProblems(...COMMAND_PROBLEMS, ...KEY_PROBLEMS)
  async holdOrder(
    @Caller() caller: Principal,
    @Param() { id }: OrderPathDto,
    @Body() { reason }: HoldOrderDto,
    @ExpectedVersion() expectedVersion?: number,
    @Idempotent() idempotent?: IdempotentRequest,
  ): Promise<Reply<OrderDto>> {
    return commandReply(caller, await this.care.hold(id, caller, reason, { expectedVersion, idempotent }), 200);
  }

  /** Lets an order that was held go on. */
  @Delete('hold')
  @Serves('orders.hold')
  @ApiRequest({ token: 'required', conditional: true })
  @ApiReply(UPDATED)
  @ApiProblems(...COMMAND_PROBLEMS)
  async releaseOrder(
    @Caller() caller: Principal,
    @Param() { id }: OrderPathDto,
    @ExpectedVersion() expectedVersion?: number,
  ): Promise<Reply<OrderDto>> {
    return commandReply(caller, await this.care.release(id, caller, { expectedVersion }), 200);
  }

  /** Sends the order somewhere else, before anything has left. */
  @Put('shipping-address')
  @Serves('orders.change-address')
  @ApiRequest({ token: 'required', conditional: true })
  @ApiReply(UPDATED)
  @ApiProblems(...COMMAND_PROBLEMS)
  async changeShippingAddress(
    @Caller() caller: Principal,
    @Param() { id }: OrderPathDto,
    @Body() { shippingAddress }: ChangeAddressDto,
    @ExpectedVersion() expectedVersion?: number,
  ): Promise<Reply<OrderDto>> {
    return commandReply(caller, await this.care.changeAddress(id, caller, shippingAddress, { expectedVersion }), 200);
  }

  /** Takes out of the order what tells whose it is, once it has ended; money, units and events stay. */
  @Post('anonymise')
  @HttpCode(200)
  @Serves('orders.anonymise')
  @ApiRequest({ token: 'required', idempotent: true, conditional: true })
  @ApiReply(UPDATED, true)
  @ApiProblems(...COMMAND_PROBLEMS, ...KEY_PROBLEMS)
  async anonymise(
    @Caller() caller: Principal,
    @Param() { id }: OrderPathDto,
    @Body() body?: AnonymiseDto,
    @ExpectedVersion() expectedVersion?: number,
    @Idempotent() idempotent?: IdempotentRequest,
  ): Promise<Reply<OrderDto>> {
    const conditions = { expectedVersion, idempotent };
    return commandReply(caller, await this.anonymising.one(id, caller, body?.includeOpen ?? false, conditions), 200);
  }

  /** Every entry of money of the order, with its cause. A vendor sees its own part. */
  @Get('ledger')
  @Serves('orders.ledger')
  @ApiRequest({ token: 'required' })
  @ApiReply({ status: 200, description: 'The entries, oldest first, and their sums', type: LedgerDto })
  @ApiProblems('validation_failed', 'forbidden', 'not_found')
  async getLedger(@Caller() caller: Principal, @Param() { id }: OrderPathDto): Promise<LedgerDto> {
    return this.ledger.read(id, scopeOf(caller));
  }
}
