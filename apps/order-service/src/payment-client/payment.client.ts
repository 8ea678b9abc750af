import { Inject, Injectable } from '@nestjs/common';
import {
  PAYMENT_SUBJECTS,
  type AuthorizeReply,
  type AuthorizeRequest,
  type GetPaymentReply,
  type GetPaymentRequest,
  type MovePaymentReply,
  type MovePaymentRequest,
  type VoidRequest,
} from '@marketplace/contracts';
import { Config } from '../config/config.js';
import { ServiceRequests } from '../messaging/service-requests.js';

/**
 * The Payment Service. Every call carries its own idempotency key, so that asking again can never move money twice; no
 * call is repeated here, because whoever made it keeps the intent and decides when to ask again.
 *
 * Every method throws ServiceUnavailableError when no answer came before PAYMENT_TIMEOUT_MS: the outcome is then unknown. The caller of
 * the order may have gone by then: a payment that was begun is seen through.
 */
@Injectable()
export class PaymentClient {
  constructor(
    @Inject(ServiceRequests) private readonly requests: ServiceRequests,
    @Inject(Config) private readonly config: Config,
  ) {}

  async authorize(request: AuthorizeRequest): Promise<AuthorizeReply> {
    return this.#send<AuthorizeReply>(PAYMENT_SUBJECTS.authorize, request);
  }

  async move(kind: 'capture' | 'refund', request: MovePaymentRequest): Promise<MovePaymentReply> {
    return this.#send<MovePaymentReply>(PAYMENT_SUBJECTS[kind], request);
  }

  async void(request: VoidRequest): Promise<MovePaymentReply> {
    return this.#send<MovePaymentReply>(PAYMENT_SUBJECTS.void, request);
  }

  async get(request: GetPaymentRequest): Promise<GetPaymentReply> {
    return this.#send<GetPaymentReply>(PAYMENT_SUBJECTS.get, request);
  }

  async #send<Reply extends object>(subject: string, request: object): Promise<Reply> {
    const timeoutMs = this.config.PAYMENT_TIMEOUT_MS;
    return this.requests.send<Reply>(subject, request, { timeoutMs, retries: 0, endsWithRequest: false });
  }
}
