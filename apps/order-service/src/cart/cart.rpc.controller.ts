import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { CART_SUBJECTS } from '@marketplace/contracts';
import { Caller, Serves } from '../auth/auth.guard.js';
import { scopeOf, type Principal } from '../auth/principal.js';
import { Reply } from '../common/reply.js';
import { ExpectedVersion, Idempotent, type IdempotentRequest } from '../common/request-headers.js';
import { presentCart } from './cart.presenter.js';
import { CartService } from './cart.service.js';
import { AddItemRequestDto, CartPathDto } from './dto/cart-requests.dto.js';
import type { CartDto } from './dto/cart.dto.js';

/** What other services of the marketplace do with carts, over NATS. */
@Controller()
export class CartRpcController {
  constructor(@Inject(CartService) private readonly carts: CartService) {}

  @MessagePattern(CART_SUBJECTS.get)
  @Serves('carts.get')
  async get(@Caller() caller: Principal, @Payload() { cartId }: CartPathDto): Promise<CartDto> {
    return presentCart(await this.carts.get(cartId, scopeOf(caller)));
  }

  @MessagePattern(CART_SUBJECTS.addItem)
  @Serves('carts.change')
  async addItem(
    @Caller() caller: Principal,
    @Payload() { cartId, ...item }: AddItemRequestDto,
    @ExpectedVersion() expectedVersion?: number,
    @Idempotent() idempotent?: IdempotentRequest,
  ): Promise<Reply<CartDto>> {
    const { cart, replayed } = await this.carts.addItem(cartId, caller, item, { expectedVersion, idempotent });
    return new Reply(presentCart(cart), { replayed });
  }
}
