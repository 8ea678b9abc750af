import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { ProblemError } from '@marketplace/contracts';
import { scopeOf, type Principal } from '../../auth/principal.js';
import { TrackingTokens } from '../../auth/tracking-tokens.js';
import { ownRequest } from '../../common/applied-requests.js';
import { derivedId } from '../../common/fingerprint.js';
import { Reply } from '../../common/reply.js';
import type { IdempotentRequest } from '../../common/request-headers.js';
import type { Order, TrackingLink } from '../../orders/domain/order.js';
import {
  addTrackingLink,
  linkExpiry,
  liveTrackingLinks,
  revokeTrackingLink,
} from '../../orders/domain/tracking-links.js';
import { OrderCommands, type Command, type CommandConditions } from '../../orders/order-commands.service.js';
import { OrderReader } from '../../orders/order-reader.js';
import { OrderStreams } from '../live/order-streams.service.js';
import type { CreateTrackingLinkDto, TrackingLinkDto, TrackingLinksDto } from '../dto/tracking-links.dto.js';

const DAY_MS = 24 * 3_600_000;
const USUAL_DAYS = 30;

/** The links by which a buyer, or staff, lets others look at an order. */
@Injectable()
export class TrackingLinks {
  constructor(
    @Inject(OrderCommands) private readonly commands: OrderCommands,
    @Inject(OrderReader) private readonly orders: OrderReader,
    @Inject(TrackingTokens) private readonly tokens: TrackingTokens,
    @Inject(OrderStreams) private readonly streams: OrderStreams,
  ) {}

  /** @throws ProblemError `not_found`, `forbidden`, `version_conflict`, `idempotency_key_reused`, `order_full`, `rate_limited` */
  async create(
    orderId: string,
    principal: Principal,
    { expiresInDays = USUAL_DAYS }: CreateTrackingLinkDto,
    conditions: CommandConditions,
  ): Promise<Reply<TrackingLinkDto>> {
    this.tokens.requireEnabled();
    const request = ownRequest(conditions.idempotent, principal);
    const lifetimeMs = expiresInDays * DAY_MS;
    const unkeyedId: string = randomUUID();
    let linkId = unkeyedId;
    const add: Command = (state, _caller, context) => {
      const { now: createdAt } = context;
      linkId = request ? keyedId(orderId, request, createdAt) : unkeyedId;
      return addTrackingLink(state, { id: linkId, createdAt, expiresAt: linkExpiry(createdAt, lifetimeMs) }, context);
    };
    const { order, replayed } = await this.commands.run(orderId, principal, undefined, conditions, add);
    // Another link may have lapsed for it.
    this.streams.refresh(orderId);
    if (replayed && request) linkId = keyedId(orderId, request, firstInstant(order, request));
    const link = order.trackingLinks?.find(({ id }) => id === linkId);
    if (!link) throw new ProblemError('not_found', 'the link that this key has made is no longer there');
    return new Reply(await this.#present(order, link), { status: 201, replayed });
  }

  /** @throws ProblemError `not_found`, `forbidden` */
  async list(orderId: string, principal: Principal): Promise<TrackingLinksDto> {
    const order = await this.orders.get(orderId, scopeOf(principal));
    this.tokens.requireEnabled();
    const links = liveTrackingLinks(order, new Date());
    return { items: await Promise.all(links.map(async (link) => this.#present(order, link))), nextCursor: null };
  }

  /** @throws ProblemError `not_found`, `forbidden`, `order_full`, `version_conflict` */
  async revoke(orderId: string, linkId: string, principal: Principal, conditions: CommandConditions): Promise<void> {
    await this.commands.run(orderId, principal, undefined, conditions, (state, _caller, context) =>
      revokeTrackingLink(state, linkId, context),
    );
    this.streams.refresh(orderId);
  }

  async #present(order: Order, { id, createdAt, expiresAt }: TrackingLink): Promise<TrackingLinkDto> {
    const token = await this.tokens.sign({ orderId: order.id, linkId: id, createdAt, expiresAt });
    return { id, url: this.tokens.urlOf(token), token, createdAt, expiresAt };
  }
}

/** The same for every repetition of the first request with that key; another one once the key was forgotten and came anew. */
function keyedId(orderId: string, { key }: IdempotentRequest, firstAt: Date): string {
  return derivedId('tracking-link', orderId, key, firstAt.toISOString());
}

function firstInstant({ appliedRequests }: Order, { key }: IdempotentRequest): Date {
  return appliedRequests.find((request) => request.key === key)?.at ?? new Date(0);
}
