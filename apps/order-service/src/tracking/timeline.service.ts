import { Inject, Injectable } from '@nestjs/common';
import type { Scope } from '../auth/principal.js';
import { fitting } from '../messaging/reply-size.js';
import { OrderReader } from '../orders/order-reader.js';
import type { TimelineDto } from './dto/timeline.dto.js';
import { presentEntry } from './timeline.presenter.js';

/** An order's history as its viewers read it. */
@Injectable()
export class Timeline {
  constructor(@Inject(OrderReader) private readonly orders: OrderReader) {}

  /**
   * @param after the sequence that the viewer has seen last; 0 for none
   * @param limit entries at most; a page ends before it where it would outgrow a message
   */
  async read(orderId: string, scope: Scope, after: number, limit: number): Promise<TimelineDto> {
    const { entries } = await this.orders.history(orderId, scope);
    const following = entries.filter((entry) => entry.sequence > after);
    const items = fitting(following.slice(0, limit).map(presentEntry));
    const last = items.at(-1);
    return { items, nextCursor: following.length > items.length && last ? String(last.sequence) : null };
  }
}
