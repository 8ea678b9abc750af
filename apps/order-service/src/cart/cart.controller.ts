import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Caller, Serves } from '../auth/auth.guard.js';
import { GuestTokens } from '../auth/guest-tokens.js';
import { scopeOf, type Principal } from '../auth/principal.js';
import { ApiConditionalRead, ApiProblems, ApiReply, ApiRequest, KEY_PROBLEMS } from '../common/openapi.js';
import { Reply } from '../common/reply.js';
import { ExpectedVersion, Idempotent, type IdempotentRequest } from '../common/request-headers.js';
import { presentCart } from './cart.presenter.js';
import { CartService } from './cart.service.js';
import {
  CartItemPathDto,
  CartItemRequestDto,
  CartPathDto,
  CreateCartDto,
  MergeCartDto,
  SetCouponsDto,
  SetQuantityDto,
} from './dto/cart-requests.dto.js';
import { CartDto } from './dto/cart.dto.js';
import { MergeCarts } from './merge-carts.service.js';

const CART = { status: 200, description: 'The cart', type: CartDto, versioned: true };

@ApiTags('carts')
@Controller('carts')
export class CartController {
  constructor(
    @Inject(CartService) private readonly carts: CartService,
    @Inject(MergeCarts) private readonly merging: MergeCarts,
    @Inject(GuestTokens) private readonly guestTokens: GuestTokens,
  ) {}

  /**
   * Makes a cart.
   * @remarks No token is needed: a guest's reply has a `token` for the cart. A customer has at most one active cart: a
   * second call adds its items to that one and answers 200.
   */
  @Post()
  @Serves('carts.create')
  @ApiRequest({ token: 'optional', idempotent: true })
  @ApiReply(
    {
      ...CART,
      status: 201,
      description: 'The new cart',
      located: true,
      also: { status: 200, description: 'The active cart, with the items added' },
    },
    true,
  )
  @ApiProblems('validation_failed', 'unknown_sku', 'currency_mismatch', ...KEY_PROBLEMS, 'catalog_unavailable')
  async createCart(
    @Caller() caller: Principal,
    @Body() body: CreateCartDto,
    @Idempotent() idempotent?: IdempotentRequest,
  ): Promise<Reply<CartDto>> {
    const { cart, created, replayed } = await this.carts.create(caller, body, idempotent);
    const token = cart.customerId === undefined ? await this.guestTokens.sign('cart', cart.id) : undefined;
    const location = `/carts/${cart.id}`;
    return new Reply(presentCart(cart, token), { status: created ? 201 : 200, location, replayed });
  }

  /** The signed-in customer's active cart. */
  @Get('mine')
  @Serves('carts.get-mine')
  @ApiRequest({ token: 'required' })
  @ApiConditionalRead()
  @ApiReply(CART)
  @ApiProblems('not_found')
  async getMyCart(@Caller() caller: Principal): Promise<CartDto> {
    return presentCart(await this.carts.getActiveOf(caller));
  }

  /** A cart, freshly priced when its quote is old. */
  @Get(':cartId')
  @Serves('carts.get')
  @ApiRequest({ token: 'required' })
  @ApiConditionalRead()
  @ApiReply(CART)
  @ApiProblems('validation_failed', 'not_found')
  async getCart(@Caller() caller: Principal, @Param() { cartId }: CartPathDto): Promise<CartDto> {
    return presentCart(await this.carts.get(cartId, scopeOf(caller)));
  }

  /** Adds units of a product. Concurrent adds all count. */
  @Post(':cartId/items')
  @HttpCode(200)
  @Serves('carts.change')
  @ApiRequest({ token: 'required', idempotent: true, conditional: true })
  @ApiReply(CART, true)
  @ApiProblems(
    'validation_failed',
    'not_found',
    'cart_not_active',
    'version_conflict',
    'unknown_sku',
    'currency_mismatch',
    ...KEY_PROBLEMS,
    'catalog_unavailable',
  )
  async addCartItem(
    @Caller() caller: Principal,
    @Param() { cartId }: CartPathDto,
    @Body() body: CartItemRequestDto,
    @ExpectedVersion() expectedVersion?: number,
    @Idempotent() idempotent?: IdempotentRequest,
  ): Promise<Reply<CartDto>> {
    const changed = await this.carts.addItem(cartId, caller, body, { expectedVersion, idempotent });
    return new Reply(presentCart(changed.cart), { replayed: changed.replayed });
  }

  /** Sets the units of a product; 0 removes the line. */
  @Put(':cartId/items/:sku')
  @Serves('carts.change')
  @ApiRequest({ token: 'required', conditional: true })
  @ApiReply(CART)
  @ApiProblems(
    'validation_failed',
    'not_found',
    'cart_not_active',
    'version_conflict',
    'unknown_sku',
    'currency_mismatch',
    'catalog_unavailable',
  )
  async setCartItemQuantity(
    @Caller() caller: Principal,
    @Param() { cartId, sku }: CartItemPathDto,
    @Body() { quantity }: SetQuantityDto,
    @ExpectedVersion() expectedVersion?: number,
  ): Promise<CartDto> {
    return presentCart(await this.carts.setQuantity(cartId, scopeOf(caller), { sku, quantity }, expectedVersion));
  }

  /** Removes a line. */
  @Delete(':cartId/items/:sku')
  @Serves('carts.change')
  @ApiRequest({ token: 'required', conditional: true })
  @ApiReply(CART)
  @ApiProblems('validation_failed', 'not_found', 'cart_not_active', 'version_conflict', 'catalog_unavailable')
  async removeCartItem(
    @Caller() caller: Principal,
    @Param() { cartId, sku }: CartItemPathDto,
    @ExpectedVersion() expectedVersion?: number,
  ): Promise<CartDto> {
    return presentCart(await this.carts.setQuantity(cartId, scopeOf(caller), { sku, quantity: 0 }, expectedVersion));
  }

  /** Replaces the coupon codes; an empty list removes them. */
  @Put(':cartId/coupons')
  @Serves('carts.change')
  @ApiRequest({ token: 'required', conditional: true })
  @ApiReply(CART)
  @ApiProblems('validation_failed', 'not_found', 'cart_not_active', 'version_conflict', 'catalog_unavailable')
  async setCartCoupons(
    @Caller() caller: Principal,
    @Param() { cartId }: CartPathDto,
    @Body() { couponCodes }: SetCouponsDto,
    @ExpectedVersion() expectedVersion?: number,
  ): Promise<CartDto> {
    return presentCart(await this.carts.setCoupons(cartId, scopeOf(caller), couponCodes, expectedVersion));
  }

  /** Empties and abandons a cart. */
  @Delete(':cartId')
  @HttpCode(204)
  @Serves('carts.change')
  @ApiRequest({ token: 'required', conditional: true })
  @ApiReply({ status: 204, description: 'The cart is abandoned' })
  @ApiProblems('validation_failed', 'not_found', 'cart_not_active', 'version_conflict')
  async abandonCart(
    @Caller() caller: Principal,
    @Param() { cartId }: CartPathDto,
    @ExpectedVersion() expectedVersion?: number,
  ): Promise<void> {
    await this.carts.abandon(cartId, scopeOf(caller), expectedVersion);
  }

  /** Takes over a guest's cart: quantities add up, coupon codes unite, and the guest's token ends. */
  @Post(':cartId/merge')
  @HttpCode(200)
  @Serves('carts.merge')
  @ApiRequest({ token: 'required', idempotent: true, conditional: true })
  @ApiReply(CART, true)
  @ApiProblems(
    'validation_failed',
    'not_found',
    'cart_not_active',
    'version_conflict',
    'currency_mismatch',
    ...KEY_PROBLEMS,
    'catalog_unavailable',
  )
  async mergeCart(
    @Caller() caller: Principal,
    @Param() { cartId }: CartPathDto,
    @Body() { fromCartId, fromToken }: MergeCartDto,
    @ExpectedVersion() expectedVersion?: number,
    @Idempotent() idempotent?: IdempotentRequest,
  ): Promise<Reply<CartDto>> {
    const source = { cartId: fromCartId, token: fromToken };
    const merged = await this.merging.takeOver(caller, cartId, source, { expectedVersion, idempotent });
    return new Reply(presentCart(merged.cart), { replayed: merged.replayed });
  }
}
