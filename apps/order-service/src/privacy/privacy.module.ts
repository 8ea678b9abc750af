import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { CartModule } from '../cart/cart.module.js';
import { OrdersModule } from '../orders/orders.module.js';
import { AnonymisationJob } from './anonymisation-job.js';
import { AnonymiseUsersController } from './anonymise-users.controller.js';
import { AnonymiseUsers } from './anonymise-users.service.js';
import { AnonymisationDocument, AnonymisationSchema } from './persistence/anonymisation.schema.js';
import { AnonymisationsRepository } from './persistence/anonymisations.repository.js';

@Module({
  imports: [
    MongooseModule.forFeature([{ name: AnonymisationDocument.name, schema: AnonymisationSchema }]),
    CartModule,
    OrdersModule,
  ],
  controllers: [AnonymiseUsersController],
  providers: [AnonymisationsRepository, AnonymiseUsers, AnonymisationJob],
})
export class PrivacyModule {}
