import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { CatalogClientModule } from '../catalog-client/catalog-client.module.js';
import { AnonymiseCarts } from './anonymise-carts.service.js';
import { CartClaims } from './cart-claims.service.js';
import { CartChanges } from './cart-changes.service.js';
import { CartEventRelay } from './cart-event-relay.service.js';
import { CartExpiry } from './cart-expiry.service.js';
import { CartPricing } from './cart-pricing.service.js';
import { CartSweep } from './cart-sweep.js';
import { CartController } from './cart.controller.js';
import { CartRpcController } from './cart.rpc.controller.js';
import { CartService } from './cart.service.js';
import { CheckoutCarts } from './checkout-carts.service.js';
import { MergeCarts } from './merge-carts.service.js';
import { CartJobsRepository } from './persistence/cart-jobs.repository.js';
import { CartDocument, CartSchema } from './persistence/cart.schema.js';
import { CartRepository } from './persistence/cart.repository.js';

@Module({
  imports: [MongooseModule.forFeature([{ name: CartDocument.name, schema: CartSchema }]), CatalogClientModule],
  controllers: [CartController, CartRpcController],
  providers: [
    CartRepository,
    CartJobsRepository,
    CartPricing,
    CartChanges,
    CartService,
    MergeCarts,
    CheckoutCarts,
    CartClaims,
    CartExpiry,
    CartEventRelay,
    CartSweep,
    AnonymiseCarts,
  ],
  exports: [CheckoutCarts, CartClaims, AnonymiseCarts],
})
export class CartModule {}
