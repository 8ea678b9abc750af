import { randomUUID } from 'node:crypto';
import type { Tokens } from '../../load/replay/tokens.js';
import type { Order } from '../../support/client.js';
import type { AcknowledgedChange } from '../check/facts.js';
import { isCaptured } from './capture.js';
import type { Afterwards } from './purchases.js';
import type { Records } from './records.js';
import { UnansweredError, type Call, type ServiceClient } from './service-client.js';

type Change = AcknowledgedChange['change'];

const GOODWILL_MINOR = 100;

/** Vendors who ship and cancel, and support that refunds; every promise is written down. */
export class AfterSales {
  constructor(
    private readonly client: ServiceClient,
    private readonly tokens: Tokens,
    private readonly records: Records,
  ) {}

  async goOn(order: Order, afterwards: Afterwards): Promise<void> {
    const vendorIds = order.vendorOrders.map(({ vendorId }) => vendorId);
    const [first, second] = vendorIds as [string, string];
    switch (afterwards) {
      case 'nothing':
        return;
      case 'ship all':
        await this.ship(order, vendorIds);
        return;
      case 'ship one':
        await this.ship(order, [first]);
        return;
      case 'cancel all':
        await this.cancel(order, vendorIds);
        return;
      case 'cancel units':
        await this.#cancelUnit(order);
        return;
      case 'ship and refund':
        if (await this.ship(order, vendorIds)) await this.#refund(order);
        return;
      case 'ship one, cancel the other':
        await Promise.all([this.ship(order, [first]), this.cancel(order, [second])]);
    }
  }

  /** Each vendor ships its part. */
  async ship(order: Order, vendorIds: readonly string[]): Promise<boolean> {
    const shipped = await Promise.all(
      vendorIds.map(async (vendorId) =>
        this.#ask(
          order,
          {
            method: 'PUT',
            path: `/orders/${order.id}`,
            token: await this.tokens.vendor(vendorId),
            body: { status: 'shipped' },
          },
          { kind: 'shipped', vendorId },
        ),
      ),
    );
    return shipped.every(Boolean);
  }

  /** Each vendor cancels its part: it has not got the goods. */
  async cancel(order: Order, vendorIds: readonly string[]): Promise<boolean> {
    this.records.askedToCancel.add(order.id);
    const cancelled = await Promise.all(
      vendorIds.map(async (vendorId) =>
        this.#ask(
          order,
          {
            method: 'PUT',
            path: `/orders/${order.id}`,
            token: await this.tokens.vendor(vendorId),
            body: { status: 'cancelled' },
          },
          { kind: 'cancelled', vendorId },
        ),
      ),
    );
    return cancelled.every(Boolean);
  }

  async #cancelUnit(order: Order): Promise<void> {
    const sku = order.vendorOrders[0]?.items[0]?.sku as string;
    this.records.askedToCancel.add(order.id);
    await this.#ask(
      order,
      {
        method: 'POST',
        path: `/orders/${order.id}/cancellations`,
        token: await this.tokens.admin(),
        body: { items: [{ sku, quantity: 1 }], reason: 'Damaged' },
      },
      { kind: 'units cancelled', sku, quantity: 1 },
    );
  }

  async #refund(order: Order): Promise<void> {
    if (!(await isCaptured(this.client, this.tokens, order.id))) {
      this.records.complain('unanswered', order.id, 'shipped, but not captured in time');
      return;
    }
    await this.#ask(
      order,
      {
        method: 'POST',
        path: `/orders/${order.id}/refunds`,
        token: await this.tokens.admin(),
        body: { amount: { amount: GOODWILL_MINOR, currency: 'USD' }, reason: 'Late' },
      },
      { kind: 'refunded', amountMinor: GOODWILL_MINOR },
    );
  }

  /** Whether the change was acknowledged. */
  async #ask(order: Order, call: Call, change: Change): Promise<boolean> {
    try {
      const reply = await this.client.ask({ ...call, idempotencyKey: randomUUID() });
      if (reply.status < 300) {
        this.records.changes.push({ orderId: order.id, change });
        return true;
      }
      const detail = `${call.method} ${call.path}: ${reply.status} ${JSON.stringify(reply.body)}`;
      this.records.complain('refused', order.id, detail);
    } catch (error) {
      if (!(error instanceof UnansweredError)) throw error;
      this.records.complain('unanswered', order.id, error.message);
    }
    return false;
  }
}
