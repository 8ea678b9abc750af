import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { CartClaims } from '../cart/cart-claims.service.js';
import { OrderRepository } from './persistence/order.repository.js';

/** Tells the carts which of the orders that they are claimed for are there. */
@Injectable()
export class ClaimedOrders implements OnModuleInit {
  constructor(
    @Inject(CartClaims) private readonly claims: CartClaims,
    @Inject(OrderRepository) private readonly orders: OrderRepository,
  ) {}

  onModuleInit(): void {
    this.claims.findAttemptsWith(async (orderIds) => this.orders.findAttempts(orderIds));
  }
}
