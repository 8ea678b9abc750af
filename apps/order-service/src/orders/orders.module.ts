import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { CartModule } from '../cart/cart.module.js';
import { CatalogClientModule } from '../catalog-client/catalog-client.module.js';
import { PaymentClientModule } from '../payment-client/payment-client.module.js';
import { AnonymiseOrders } from './anonymise-orders.service.js';
import { AuditAnchoring } from './audit-anchoring.js';
import { AuthorizePayments } from './authorize-payments.service.js';
import { CareController } from './care.controller.js';
import { CareForOrders } from './care-for-orders.service.js';
import { ChangeStatus } from './change-status.service.js';
import { ClaimedOrders } from './claimed-orders.js';
import { Checkout } from './checkout.service.js';
import { FulfilmentController } from './fulfilment.controller.js';
import { FulfilOrders } from './fulfil-orders.service.js';
import { KnownPayments } from './known-payments.js';
import { OrderChanges } from './order-changes.service.js';
import { OrderCommands } from './order-commands.service.js';
import { OrderReader } from './order-reader.js';
import { OrderRecovery } from './order-recovery.js';
import { OrderWork } from './order-work.service.js';
import { OrdersController } from './orders.controller.js';
import { OrdersRpcController } from './orders.rpc.controller.js';
import { PaymentEventHandler } from './payment-event-handler.js';
import { PaymentOperations } from './payment-operations.service.js';
import { AuditAnchorDocument, AuditAnchorSchema } from './persistence/audit-anchor.schema.js';
import { AuditAnchorsRepository } from './persistence/audit-anchors.repository.js';
import { OrderListsRepository } from './persistence/order-lists.repository.js';
import { OrderRepository } from './persistence/order.repository.js';
import { OrderDocument, OrderSchema } from './persistence/order.schema.js';
import { PlaceOrder } from './place-order.service.js';
import { PrepareOrder } from './prepare-order.service.js';
import { PresentPlaced } from './present-placed.service.js';
import { ReadLedger } from './read-ledger.service.js';
import { ReadOrders } from './read-orders.service.js';
import { RepeatedOrders } from './repeated-orders.service.js';
import { TrackingMailRequests } from './tracking-mail-requests.service.js';
import { TrackingMails } from './tracking-mails.service.js';

@Module({
  imports: [
    MongooseModule.forFeature([
      { name: OrderDocument.name, schema: OrderSchema },
      { name: AuditAnchorDocument.name, schema: AuditAnchorSchema },
    ]),
    CartModule,
    CatalogClientModule,
    PaymentClientModule,
  ],
  controllers: [OrdersController, FulfilmentController, CareController, OrdersRpcController],
  providers: [
    OrderRepository,
    OrderListsRepository,
    AuditAnchorsRepository,
    AuditAnchoring,
    OrderChanges,
    OrderWork,
    OrderRecovery,
    ClaimedOrders,
    OrderReader,
    PrepareOrder,
    PlaceOrder,
    PresentPlaced,
    RepeatedOrders,
    Checkout,
    AuthorizePayments,
    KnownPayments,
    PaymentOperations,
    PaymentEventHandler,
    OrderCommands,
    ChangeStatus,
    FulfilOrders,
    CareForOrders,
    TrackingMails,
    TrackingMailRequests,
    AnonymiseOrders,
    ReadLedger,
    ReadOrders,
  ],
  exports: [OrderReader, OrderRepository, OrderCommands, TrackingMailRequests, AnonymiseOrders],
})
export class OrdersModule {}
