import { Inject, Injectable } from '@nestjs/common';
import { CartJobsRepository } from './persistence/cart-jobs.repository.js';

/** Takes out of carts what tells whose they are. Active ones end: nobody could come back to them. */
@Injectable()
export class AnonymiseCarts {
  constructor(@Inject(CartJobsRepository) private readonly jobs: CartJobsRepository) {}

  /** Some carts of a customer; how many they were. Done again it finds those that changed meanwhile. */
  async ofCustomer(customerId: string, most: number): Promise<number> {
    return this.jobs.anonymise(await this.jobs.findOfCustomer(customerId, most), new Date());
  }

  /** How many carts name the customer, counted up to a bound. */
  async countOfCustomer(customerId: string, most: number): Promise<number> {
    return (await this.jobs.findOfCustomer(customerId, most)).length;
  }
}
