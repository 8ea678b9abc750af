import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { ORDER_SUBJECTS } from '@marketplace/contracts';
import { Caller, Serves } from '../auth/auth.guard.js';
import { scopeOf, type Principal } from '../auth/principal.js';
import type { Reply } from '../common/reply.js';
import { ExpectedVersion, Idempotent, PrefersAsync, type IdempotentRequest } from '../common/request-headers.js';
import { CareForOrders } from './care-for-orders.service.js';
import { ChangeStatus } from './change-status.service.js';
import { commandReply } from './command-replies.js';
import {
  CancelOrderRequestDto,
  OrderRequestDto,
  RefundOrderRequestDto,
  ShipOrderRequestDto,
  UpdateOrderRequestDto,
} from './dto/order-messages.dto.js';
import { OrdersQueryDto } from './dto/order-queries.dto.js';
import { CreateOrderDto } from './dto/order-requests.dto.js';
import type { OrderSummaryPageDto } from './dto/order-summary.dto.js';
import type { OrderDto } from './dto/order.dto.js';
import { FulfilOrders } from './fulfil-orders.service.js';
import { PresentPlaced } from './present-placed.service.js';
import { ReadOrders } from './read-orders.service.js';

/** The same operations for the other services of the marketplace, over NATS. */
@Controller()
export class OrdersRpcController {
  constructor(
    @Inject(PresentPlaced) private readonly placing: PresentPlaced,
    @Inject(ChangeStatus) private readonly statuses: ChangeStatus,
    @Inject(FulfilOrders) private readonly fulfilment: FulfilOrders,
    @Inject(CareForOrders) private readonly care: CareForOrders,
    @Inject(ReadOrders) private readonly orders: ReadOrders,
  ) {}

  @MessagePattern(ORDER_SUBJECTS.create)
  @Serves('orders.create')
  async create(
    @Caller() caller: Principal,
    @Payload() body: CreateOrderDto,
    @PrefersAsync() respondAsync: boolean,
    @Idempotent() idempotent?: IdempotentRequest,
  ): Promise<Reply<OrderDto>> {
    return this.placing.place(caller, body, { respondAsync, idempotent });
  }

  @MessagePattern(ORDER_SUBJECTS.get)
  @Serves('orders.get')
  async get(@Caller() caller: Principal, @Payload() { orderId }: OrderRequestDto): Promise<OrderDto> {
    return this.orders.show(orderId, scopeOf(caller));
  }

  /** As `GET /orders`, with each order in short: a message does not hold as much as an HTTP reply. */
  @MessagePattern(ORDER_SUBJECTS.list)
  @Serves('orders.list')
  async list(@Caller() caller: Principal, @Payload() query: OrdersQueryDto): Promise<OrderSummaryPageDto> {
    return this.orders.listSummaries(caller, query);
  }

  @MessagePattern(ORDER_SUBJECTS.updateStatus)
  @Serves('orders.update-status')
  async updateStatus(
    @Caller() caller: Principal,
    @Payload() { orderId, ...move }: UpdateOrderRequestDto,
    @ExpectedVersion() expectedVersion?: number,
    @Idempotent() idempotent?: IdempotentRequest,
  ): Promise<Reply<OrderDto>> {
    const conditions = { expectedVersion, idempotent };
    return commandReply(caller, await this.statuses.move(orderId, caller, move, conditions), 200);
  }

  @MessagePattern(ORDER_SUBJECTS.cancel)
  @Serves('orders.cancel')
  async cancel(
    @Caller() caller: Principal,
    @Payload() { orderId, ...request }: CancelOrderRequestDto,
    @ExpectedVersion() expectedVersion?: number,
    @Idempotent() idempotent?: IdempotentRequest,
  ): Promise<Reply<OrderDto>> {
    const conditions = { expectedVersion, idempotent };
    return commandReply(caller, await this.fulfilment.cancel(orderId, caller, request, conditions), 201);
  }

  @MessagePattern(ORDER_SUBJECTS.ship)
  @Serves('orders.ship')
  async ship(
    @Caller() caller: Principal,
    @Payload() { orderId, vendorId, items, ...parcel }: ShipOrderRequestDto,
    @ExpectedVersion() expectedVersion?: number,
    @Idempotent() idempotent?: IdempotentRequest,
  ): Promise<Reply<OrderDto>> {
    const [request, conditions] = [
      { vendorId, items, parcel },
      { expectedVersion, idempotent },
    ];
    return commandReply(caller, await this.fulfilment.ship(orderId, caller, request, conditions), 201);
  }

  @MessagePattern(ORDER_SUBJECTS.refund)
  @Serves('orders.refund')
  async refund(
    @Caller() caller: Principal,
    @Payload() { orderId, ...request }: RefundOrderRequestDto,
    @ExpectedVersion() expectedVersion?: number,
    @Idempotent() idempotent?: IdempotentRequest,
  ): Promise<Reply<OrderDto>> {
    const conditions = { expectedVersion, idempotent };
    return commandReply(caller, await this.care.refund(orderId, caller, request, conditions), 201);
  }
}
