import { Body, Controller, Get, Inject, Param, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Caller, Serves } from '../auth/auth.guard.js';
import { scopeOf, type Principal } from '../auth/principal.js';
import {
  ApiConditionalRead,
  ApiOptionalHeader,
  ApiProblems,
  ApiReply,
  ApiRequest,
  KEY_PROBLEMS,
} from '../common/openapi.js';
import { TakesQuery } from '../common/query.guard.js';
import { Reply } from '../common/reply.js';
import {
  ExpectedVersion,
  Idempotent,
  PreferredLanguage,
  PrefersAsync,
  type IdempotentRequest,
} from '../common/request-headers.js';
import { ChangeStatus } from './change-status.service.js';
import { COMMAND_PROBLEMS, commandReply, UPDATED } from './command-replies.js';
import { OrdersQueryDto, UserOrdersQueryDto } from './dto/order-queries.dto.js';
import { CreateOrderDto, OrderPathDto, UpdateOrderDto, UserPathDto } from './dto/order-requests.dto.js';
import { OrderDto, OrderPageDto } from './dto/order.dto.js';
import { PresentPlaced } from './present-placed.service.js';
import { ReadOrders } from './read-orders.service.js';

const ORDER = { status: 200, description: 'The order', type: OrderDto, versioned: true };
const PAGE = { status: 200, description: 'A page of orders', type: OrderPageDto };

@ApiTags('orders')
@Controller('orders')
export class OrdersController {
  constructor(
    @Inject(PresentPlaced) private readonly placing: PresentPlaced,
    @Inject(ChangeStatus) private readonly statuses: ChangeStatus,
    @Inject(ReadOrders) private readonly orders: ReadOrders,
  ) {}

  /**
   * Places an order.
   * @remarks Prices come from the Catalog Service at this moment. The cart is claimed, stock is reserved, the payments are
   * authorized in their order. The reply waits up to 3 s for the payment; after that the order is `pending` and goes on by
   * itself. Repeating the checkout of an ordered cart answers 200 with that same order. Guests need an `email`, and the
   * cart's token for a cart; their reply has an `accessToken` for the order.
   */
  @Post()
  @Serves('orders.create')
  @ApiRequest({ token: 'optional', idempotent: true })
  @ApiOptionalHeader('Prefer', '`respond-async`: do not wait for the payment', { example: 'respond-async' })
  @ApiOptionalHeader('Accept-Language', "The buyer's language, where the body has no `locale`", { example: 'de-CH' })
  @ApiReply(
    {
      ...ORDER,
      status: 201,
      description: 'The new order',
      located: true,
      also: { status: 200, description: 'The order that this cart or reference has already become' },
    },
    true,
  )
  @ApiProblems(
    'validation_failed',
    'malformed_json',
    'payment_declined',
    'forbidden',
    'not_found',
    'cart_not_active',
    'price_changed',
    'out_of_stock',
    'idempotency_in_progress',
    'body_too_large',
    'unsupported_media_type',
    'unknown_sku',
    'currency_mismatch',
    'payments_do_not_add_up',
    'idempotency_key_reused',
    'catalog_unavailable',
    'inventory_unavailable',
    'overloaded',
  )
  async createOrder(
    @Caller() caller: Principal,
    @Body() body: CreateOrderDto,
    @PrefersAsync() respondAsync: boolean,
    @PreferredLanguage() preferredLanguage?: string,
    @Idempotent() idempotent?: IdempotentRequest,
  ): Promise<Reply<OrderDto>> {
    return this.placing.place(caller, body, { respondAsync, preferredLanguage, idempotent });
  }

  /** Orders of one's own vendor, or for staff of everybody. Newest first. */
  @Get()
  @Serves('orders.list')
  @TakesQuery()
  @ApiRequest({ token: 'required' })
  @ApiReply(PAGE)
  @ApiProblems('validation_failed', 'invalid_cursor', 'forbidden')
  async listOrders(@Caller() caller: Principal, @Query() query: OrdersQueryDto): Promise<OrderPageDto> {
    return this.orders.list(caller, query);
  }

  /** A customer's order history. Newest first. */
  @Get('user/:userId')
  @Serves('orders.list-user')
  @TakesQuery()
  @ApiRequest({ token: 'required' })
  @ApiReply(PAGE)
  @ApiProblems('validation_failed', 'invalid_cursor', 'forbidden', 'not_found')
  async listUserOrders(
    @Caller() caller: Principal,
    @Param() { userId }: UserPathDto,
    @Query() query: UserOrdersQueryDto,
  ): Promise<OrderPageDto> {
    return this.orders.listOfUser(caller, userId, query);
  }

  /** An order. A vendor sees its own part only. Answers 304 when `If-None-Match` fits. */
  @Get(':id')
  @Serves('orders.get')
  @ApiRequest({ token: 'required' })
  @ApiConditionalRead()
  @ApiReply(ORDER)
  @ApiProblems('validation_failed', 'not_found')
  async getOrder(@Caller() caller: Principal, @Param() { id }: OrderPathDto): Promise<OrderDto> {
    return this.orders.show(id, scopeOf(caller));
  }

  /**
   * Moves the order, or one vendor's part of it.
   * @remarks A vendor moves its own part; a customer may only cancel, before anything has left; support, admin and service may
   * ask for any of the four. A move covers every unit it can, and one that is already made answers 200 without effect.
   */
  @Put(':id')
  @Serves('orders.update-status')
  @ApiRequest({ token: 'required', idempotent: true, conditional: true })
  @ApiReply(UPDATED, true)
  @ApiProblems(...COMMAND_PROBLEMS, 'order_held', ...KEY_PROBLEMS)
  async updateOrder(
    @Caller() caller: Principal,
    @Param() { id }: OrderPathDto,
    @Body() body: UpdateOrderDto,
    @ExpectedVersion() expectedVersion?: number,
    @Idempotent() idempotent?: IdempotentRequest,
  ): Promise<Reply<OrderDto>> {
    return commandReply(caller, await this.statuses.move(id, caller, body, { expectedVersion, idempotent }), 200);
  }
}
