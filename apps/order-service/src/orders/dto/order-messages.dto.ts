import { IntersectionType } from '@nestjs/swagger';
import { IsResourceId } from '../../common/fields.js';
import { CancelUnitsDto, RefundOrderDto, ShipUnitsDto } from './fulfilment-requests.dto.js';
import { TimelineQueryDto } from './order-queries.dto.js';
import { UpdateOrderDto } from './order-requests.dto.js';

// Requests over NATS: the shapes of HTTP, with what stands in the path there in the body.

/** Names an order. */
export class OrderRequestDto {
  @IsResourceId()
  orderId: string;
}

export class UpdateOrderRequestDto extends IntersectionType(OrderRequestDto, UpdateOrderDto) {}

export class CancelOrderRequestDto extends IntersectionType(OrderRequestDto, CancelUnitsDto) {}

export class ShipOrderRequestDto extends IntersectionType(OrderRequestDto, ShipUnitsDto) {}

export class RefundOrderRequestDto extends IntersectionType(OrderRequestDto, RefundOrderDto) {}

export class TimelineRequestDto extends IntersectionType(OrderRequestDto, TimelineQueryDto) {}
