import { Inject, Injectable } from '@nestjs/common';
import { ProblemError } from '@marketplace/contracts';
import { GuestTokens } from '../auth/guest-tokens.js';
import { isStaff, type Principal } from '../auth/principal.js';
import { ReplayedProblem } from '../common/problem.js';
import { Reply } from '../common/reply.js';
import type { OrderDto } from './dto/order.dto.js';
import { presentOrder } from './order.presenter.js';
import { PlaceOrder, type PlaceOptions } from './place-order.service.js';
import type { OrderRequest } from './prepare-order.service.js';

/** Places an order and answers as both transports do: whoever placed it sees all of it, and a guest gets a token for it. */
@Injectable()
export class PresentPlaced {
  constructor(
    @Inject(PlaceOrder) private readonly placing: PlaceOrder,
    @Inject(GuestTokens) private readonly guestTokens: GuestTokens,
  ) {}

  async place(principal: Principal, request: OrderRequest, options: PlaceOptions): Promise<Reply<OrderDto>> {
    if (principal.kind !== 'user') this.guestTokens.requireEnabled();
    try {
      const { order, status, replayed } = await this.placing.place(principal, request, options);
      const accessToken = order.customerId === undefined ? await this.#accessToken(principal, order.id) : undefined;
      const body = presentOrder(order, { everything: true }, accessToken);
      return new Reply(body, { status, location: `/orders/${order.id}`, replayed });
    } catch (error) {
      throw await this.#withAccess(principal, error);
    }
  }

  async #accessToken(principal: Principal, orderId: string): Promise<string | undefined> {
    return principal.kind === 'user' && isStaff(principal) ? undefined : this.guestTokens.sign('order', orderId);
  }

  /** A guest whose payment was declined may still look at the order. */
  async #withAccess(principal: Principal, error: unknown): Promise<unknown> {
    if (principal.kind === 'user' || !(error instanceof ProblemError) || error.code !== 'payment_declined')
      return error;
    const accessToken = await this.#accessToken(principal, String(error.extensions['orderId']));
    const Failure = error instanceof ReplayedProblem ? ReplayedProblem : ProblemError;
    return new Failure(error.code, error.message, { ...error.extensions, accessToken });
  }
}
