import type { ProblemCode } from '@marketplace/contracts';
import { scopeOf, type Principal } from '../auth/principal.js';
import type { ReplyDocumentation } from '../common/openapi.js';
import { Reply } from '../common/reply.js';
import { OrderDto } from './dto/order.dto.js';
import type { Commanded } from './order-commands.service.js';
import { presentOrder } from './order.presenter.js';

/** What every change of an order may be refused with. */
export const COMMAND_PROBLEMS: readonly ProblemCode[] = [
  'validation_failed',
  'malformed_json',
  'forbidden',
  'not_found',
  'illegal_transition',
  'order_full',
  'version_conflict',
  'body_too_large',
  'unsupported_media_type',
  'overloaded',
];

export const CREATED: ReplyDocumentation = {
  status: 201,
  description: 'The order, with what was added',
  type: OrderDto,
  versioned: true,
  located: true,
};
export const UPDATED: ReplyDocumentation = {
  status: 200,
  description: 'The order',
  type: OrderDto,
  versioned: true,
  located: true,
};

/** The order after a command, as its caller may see it. */
export function commandReply(caller: Principal, { order, replayed }: Commanded, status: 200 | 201): Reply<OrderDto> {
  return new Reply(presentOrder(order, scopeOf(caller)), { status, location: `/orders/${order.id}`, replayed });
}
