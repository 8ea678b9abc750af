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
import { Counter } from 'prom-client';
import { Config } from '../config/config.js';
import { ServiceRequests } from '../messaging/service-requests.js';

/** Asking what became of a payment moves nothing, and is left out. */
export const paymentOperations = new Counter({
  name: 'payment_operations_total',
  help: 'Movements of money asked of the Payment Service, by kind and by what it said; unanswered when it said nothing in time',
  labelNames: ['kind', 'outcome'],
  registers: [],
});

const OPERATIONS = ['authorize', 'capture', 'refund', 'void'] as const;
type OperationKind = (typeof OPERATIONS)[number];

// Prometheus sees a rise only from a figure that it has seen before.
for (const kind of OPERATIONS) paymentOperations.inc({ kind, outcome: 'unanswered' }, 0);

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
    return this.#operate<AuthorizeReply>('authorize', request);
  }

  async move(kind: 'capture' | 'refund', request: MovePaymentRequest): Promise<MovePaymentReply> {
    return this.#operate<MovePaymentReply>(kind, request);
  }

  async void(request: VoidRequest): Promise<MovePaymentReply> {
    return this.#operate<MovePaymentReply>('void', request);
  }

  async get(request: GetPaymentRequest): Promise<GetPaymentReply> {
    return this.#send<GetPaymentReply>(PAYMENT_SUBJECTS.get, request);
  }

  async #operate<Reply extends AuthorizeReply | MovePaymentReply>(
    kind: OperationKind,
    request: object,
  ): Promise<Reply> {
    let outcome: string = 'unanswered';
    try {
      const reply = await this.#send<Reply>(PAYMENT_SUBJECTS[kind], request);
      outcome = reply.status;
      return reply;
    } finally {
      paymentOperations.inc({ kind, outcome });
    }
  }

  async #send<Reply extends object>(subject: string, request: object): Promise<Reply> {
    const timeoutMs = this.config.PAYMENT_TIMEOUT_MS;
    return this.requests.send<Reply>(subject, request, { timeoutMs, retries: 0, endsWithRequest: false });
  }
}
