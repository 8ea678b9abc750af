import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type {
  AuthorizeReply,
  AuthorizeRequest,
  ConfirmReply,
  GetPaymentReply,
  GetPaymentRequest,
  MovePaymentReply,
  MovePaymentRequest,
  VoidRequest,
} from '@marketplace/contracts';
import { DialsService } from '../dials/dials.service.js';
import { JournalService } from '../ledger/journal.service.js';
import { NO_REPLY } from '../messaging/request-server.service.js';
import { PaymentBook, replyTo, type PaymentRecord } from './payment-book.js';
import type { Payment } from './payment.js';
import { planFor } from './payment-tokens.js';

type Reply<T> = T | typeof NO_REPLY;

/** Authorizes, captures, voids and refunds; every key has one effect and one answer, however often it is asked. */
@Injectable()
export class PaymentsService {
  private readonly book = new PaymentBook();
  private readonly timers = new Set<NodeJS.Timeout>();
  /** Callers that wait for a slow authorization, by payment. */
  private readonly waiting = new Map<string, (() => void)[]>();

  constructor(
    private readonly journal: JournalService,
    private readonly dials: DialsService,
  ) {
    for (const type of [
      'authorization.opened',
      'authorization.settled',
      'authorization.barred',
      'payment.moved',
      'payment.refused',
    ] as const) {
      journal.on(type, (record) => this.apply(record));
    }
  }

  /** Takes up the authorizations that were pending when the process ended. */
  resume(): void {
    for (const payment of this.book.all()) this.scheduleSettlement(payment);
  }

  /** Settles nothing more; what is pending is taken up by the next start. */
  stop(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }

  async authorize(request: AuthorizeRequest): Promise<Reply<AuthorizeReply>> {
    const { idempotencyKey: key } = request;
    const known = this.book.findByKey(key);
    if (known) {
      this.journal.append({ type: 'asked', operation: 'authorize', key });
      return this.lateOrLost(await this.answerOf(known));
    }
    const plan = planFor(request.methodToken);
    const declined = plan.status === 'authorized' && this.dials.happens('declineRate');
    const record = this.book.decideAuthorize(
      request,
      declined ? { status: 'declined', reason: 'insufficient_funds' } : plan,
      new Date(),
    );
    this.journal.append(record);
    const payment = this.book.find(record.paymentId) as Payment;
    this.scheduleSettlement(payment);
    if (plan.capturedAtOnce && record.status === 'authorized') {
      const { paymentId, amount } = record;
      this.journal.append(this.book.decideMove('capture', { idempotencyKey: key, paymentId, amount }, new Date()));
    }
    if (plan.replyLost && record.status === 'authorized') return NO_REPLY;
    return this.lateOrLost(await this.answerOf(payment));
  }

  move(operation: 'capture' | 'refund', request: MovePaymentRequest): Reply<MovePaymentReply> {
    return this.once(operation, request.idempotencyKey, () => this.book.decideMove(operation, request, new Date()));
  }

  void(request: VoidRequest): Reply<MovePaymentReply> {
    return this.once('void', request.idempotencyKey, () => this.book.decideVoid(request, new Date()));
  }

  get(request: GetPaymentRequest): GetPaymentReply {
    return this.book.describe(request);
  }

  /** The buyer has confirmed with the bank: every payment of the order that waits for it is authorized. */
  confirm(orderId: string): ConfirmReply {
    const payments = this.book.waitingForBuyer(orderId);
    const now = new Date();
    for (const payment of payments) this.journal.append(this.book.decideSettlement(payment, 'authorized', now));
    return { confirmed: payments.length };
  }

  private once(
    operation: 'capture' | 'void' | 'refund',
    key: string,
    decide: () => Parameters<typeof replyTo>[0],
  ): Reply<MovePaymentReply> {
    let reply = this.book.answerTo(operation, key);
    if (reply) this.journal.append({ type: 'asked', operation, key });
    else {
      const record = decide();
      this.journal.append(record);
      reply = replyTo(record);
    }
    return this.dials.happens('lostReplyRate') ? NO_REPLY : reply;
  }

  private async lateOrLost(reply: AuthorizeReply): Promise<Reply<AuthorizeReply>> {
    if (this.dials.happens('lostReplyRate')) return NO_REPLY;
    const { authorizeLatencyMs } = this.dials.current;
    if (authorizeLatencyMs > 0) await delay(authorizeLatencyMs);
    return reply;
  }

  private async answerOf(payment: Payment): Promise<AuthorizeReply> {
    if (!payment.answer) {
      await new Promise<void>((resolve) => {
        this.waiting.set(payment.paymentId, [...(this.waiting.get(payment.paymentId) ?? []), resolve]);
      });
    }
    return payment.answer as AuthorizeReply;
  }

  private apply(record: PaymentRecord): void {
    this.book.apply(record);
    const waiting = this.waiting.get(record.paymentId);
    if (!waiting || !this.book.find(record.paymentId)?.answer) return;
    this.waiting.delete(record.paymentId);
    for (const resume of waiting) resume();
  }

  private scheduleSettlement({ paymentId, status, settles }: Payment): void {
    if (status !== 'pending' || !settles) return;
    const timer = setTimeout(
      () => {
        this.timers.delete(timer);
        // It may have been voided meanwhile.
        const payment = this.book.find(paymentId);
        if (payment?.status !== 'pending') return;
        this.journal.append(this.book.decideSettlement(payment, settles.status, new Date()));
      },
      Math.max(0, Date.parse(settles.at) - Date.now()),
    );
    this.timers.add(timer);
  }
}
