import { Inject, Injectable } from '@nestjs/common';
import { ProblemError } from '@marketplace/contracts';
import { isStaff, scopeOf, type Principal, type Scope } from '../auth/principal.js';
import { noted, ownRequest, wasApplied } from '../common/applied-requests.js';
import { Background } from '../common/background.js';
import { requireVersion } from '../common/compare-and-set.js';
import { within } from '../common/deadline.js';
import type { IdempotentRequest } from '../common/request-headers.js';
import { validationProblem } from '../common/validation.js';
import { Config } from '../config/config.js';
import { actorOf } from './actor.js';
import { awaitState } from './await-state.js';
import { isMoneyDue } from './domain/advance.js';
import type { ChangeContext, Order } from './domain/order.js';
import { OrderChanges } from './order-changes.service.js';
import { seesOnlyVendor } from './order.presenter.js';
import { requireRoom, type ChangedBy } from './order-room.js';
import { OrderWork } from './order-work.service.js';
import { OrderRepository } from './persistence/order.repository.js';

/** What a caller's change of an order depends on. */
export interface CommandConditions {
  readonly expectedVersion?: number | undefined;
  readonly idempotent?: IdempotentRequest | undefined;
}

/** Who asks for a change, as far as rules care. */
export interface CommandCaller {
  /** Staff may do anything that the order's state allows. */
  readonly isStaff: boolean;
  /** The vendor whose part is all that the caller acts on; undefined for customers and staff. */
  readonly vendorId: string | undefined;
}

/** The order after a command, and whether the command had its effect before under the same idempotency key. */
export interface Commanded {
  readonly order: Order;
  readonly replayed: boolean;
}

/** A change: what it does given who asks. Undefined means that what it names is not there. */
export type Command = (order: Order, caller: CommandCaller, context: ChangeContext) => Order | undefined;

/** Carries out what callers ask of an existing order: within their scope, once a key, on the version they meant. */
@Injectable()
export class OrderCommands {
  constructor(
    @Inject(OrderRepository) private readonly orders: OrderRepository,
    @Inject(OrderChanges) private readonly changes: OrderChanges,
    @Inject(OrderWork) private readonly work: OrderWork,
    @Inject(Background) private readonly background: Background,
    @Inject(Config) private readonly config: Config,
  ) {}

  /**
   * @param named the vendor that the request names, checked against the caller's own
   * @returns the order after the change and, within PAYMENT_WAIT_MS, after the movement of money that it causes
   * @throws ProblemError `not_found`, `forbidden`, `version_conflict`, `idempotency_key_reused`, `order_full`, and what the command refuses
   */
  async run(
    orderId: string,
    principal: Principal,
    named: string | undefined,
    conditions: CommandConditions,
    command: Command,
  ): Promise<Commanded> {
    const scope = scopeOf(principal);
    const order = await this.orders.find(orderId, scope);
    if (!order) throw notFound();
    const caller = { isStaff: isStaff(principal), vendorId: ownVendor(order, principal, scope, named) };
    requireKnownVendor(order, named);
    const context = { now: new Date(), actor: actorOf(principal) };
    const { expectedVersion } = conditions;
    const idempotent = ownRequest(conditions.idempotent, principal);
    let replayed = false;
    const rule = (state: Order): Order => {
      replayed = wasApplied(state, idempotent);
      if (replayed) return state;
      requireVersion(state.version, expectedVersion);
      const after = command(state, caller, context);
      if (!after) throw notFound();
      // Forgetting the buyer takes things out, and must always go.
      const needsRoom = (after !== state || idempotent) && after.anonymisedAt === state.anonymisedAt;
      if (needsRoom) requireRoom(state, changedBy(caller));
      // A key is remembered also where there was nothing to change: later its request would have an effect after all.
      return after === state && !idempotent
        ? state
        : { ...after, changedBy: context.actor, appliedRequests: noted(after, idempotent, context.now) };
    };
    const changed = await this.changes.apply(orderId, rule, order);
    if (!changed) throw notFound();
    if (replayed) return { order: await this.#afterFirst(changed, idempotent?.key), replayed };
    return { order: changed.version === order.version ? changed : await this.#afterWork(changed), replayed };
  }

  /** A repetition that comes at once answers when the first request does: after the movement of money, or without it. */
  async #afterFirst(order: Order, key: string | undefined): Promise<Order> {
    const firstAt = order.appliedRequests.find((request) => request.key === key)?.at.getTime() ?? 0;
    return awaitState(this.orders, order, (state) => !isMoneyDue(state), firstAt + this.config.PAYMENT_WAIT_MS);
  }

  async #afterWork(changed: Order): Promise<Order> {
    const worked = this.work.run(changed);
    this.background.run('order work', async () => worked, changed.id);
    return (await within(this.config.PAYMENT_WAIT_MS, worked)) ?? changed;
  }
}

/** The vendor that the caller acts as; whoever both bought and sells acts as the vendor when it names itself. */
function ownVendor(order: Order, principal: Principal, scope: Scope, named: string | undefined): string | undefined {
  if (isStaff(principal)) return undefined;
  const own = seesOnlyVendor(order, scope) ?? (scope.vendorId === named ? named : undefined);
  if (own !== undefined && named !== undefined && named !== own) {
    throw new ProblemError('forbidden', 'a vendor acts on its own vendor order only');
  }
  return own;
}

function changedBy({ isStaff: isOfStaff, vendorId }: CommandCaller): ChangedBy {
  if (isOfStaff) return 'staff';
  return vendorId === undefined ? 'buyer' : 'vendor';
}

function requireKnownVendor(order: Order, named: string | undefined): void {
  if (named === undefined || order.vendorOrders.some(({ vendorId }) => vendorId === named)) return;
  throw validationProblem([{ pointer: '/vendorId', detail: 'the order has no part of this vendor' }]);
}

/** Refuses what is for vendors and staff. */
export function requireSeller(caller: CommandCaller, what: string): void {
  if (!caller.isStaff && caller.vendorId === undefined) {
    throw new ProblemError('forbidden', `a customer may not ${what}`);
  }
}

function notFound(): ProblemError {
  return new ProblemError('not_found', 'there is no such order, or no such part of it');
}
