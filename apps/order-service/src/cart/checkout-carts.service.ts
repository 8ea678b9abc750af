import { Inject, Injectable } from '@nestjs/common';
import type { Scope } from '../auth/principal.js';
import { log } from '../common/logger.js';
import { itemsOf, type Cart } from './domain/cart.js';
import { MergeCarts } from './merge-carts.service.js';
import { CartRepository } from './persistence/cart.repository.js';

/** What a checkout does with carts: read one, claim it for an order, give it back when the order fails. */
@Injectable()
export class CheckoutCarts {
  constructor(
    @Inject(CartRepository) private readonly carts: CartRepository,
    @Inject(MergeCarts) private readonly merging: MergeCarts,
  ) {}

  async find(cartId: string, scope: Scope): Promise<Cart | undefined> {
    return this.carts.find(cartId, scope);
  }

  /** False when another checkout, or another change, came first: read it again. */
  async claim(cart: Cart, orderId: string): Promise<boolean> {
    return this.carts.claim(cart, orderId, new Date());
  }

  /** Makes the cart of a failed order active again. If its customer has started another meanwhile, the two merge. */
  async release(cartId: string, orderId: string): Promise<void> {
    if (await this.carts.release(cartId, orderId, new Date())) return;
    const cart = await this.carts.findForSystem(cartId);
    const active = cart?.customerId === undefined ? undefined : await this.carts.findActiveOf(cart.customerId);
    if (!cart || !active) return;
    log.info({ cartId, into: active.id, lines: itemsOf(cart).length }, 'a returned cart joins the newer one');
    await this.merging.joinReturned(cart, active);
  }
}
