import { ageText, moneyText, timeText } from './format.js';
import type { ListStore } from './list-store.js';
import type { Order } from './model.js';
import { ProblemNotice } from './problem-notice.js';
import { Status } from './status.js';
import { useStore } from './store.js';
import { useNow } from './use-now.js';
import { addressOf } from './use-route.js';

interface Props {
  list: ListStore;
  isStaff: boolean;
  openId: string | undefined;
}

export function OrderList({ list, isStaff, openId }: Props) {
  const { orders, nextCursor, isLoading, problem, changed } = useStore(list);
  const now = useNow(10_000);
  return (
    <>
      {problem && <ProblemNotice problem={problem} />}
      {orders.length === 0 && !problem && (
        <p class="empty soft">{isLoading ? 'Reading orders …' : 'No orders here.'}</p>
      )}
      {orders.length > 0 && (
        // The roles are said, as a table that is laid out as cards would lose them.
        <table role="table" class="order-list card" aria-busy={isLoading}>
          <caption class="unseen">Orders, newest first</caption>
          <thead role="rowgroup">
            <tr role="row">
              <th role="columnheader">Order</th>
              <th role="columnheader">Placed</th>
              <th role="columnheader">Status</th>
              {isStaff && <th role="columnheader">Payment</th>}
              <th role="columnheader" class="aside">
                {isStaff ? 'Vendors' : 'Units'}
              </th>
              <th role="columnheader" class="number">
                Total
              </th>
            </tr>
          </thead>
          <tbody role="rowgroup">
            {orders.map((order) => (
              <Row
                key={order.id}
                order={order}
                now={now}
                isStaff={isStaff}
                isOpen={order.id === openId}
                hasChanged={changed.has(order.id)}
              />
            ))}
          </tbody>
        </table>
      )}
      {nextCursor !== null && orders.length > 0 && (
        <button type="button" class="more" onClick={() => void list.more()}>
          Show older orders
        </button>
      )}
    </>
  );
}

interface RowProps {
  order: Order;
  now: number;
  isStaff: boolean;
  isOpen: boolean;
  hasChanged: boolean;
}

function Row({ order, now, isStaff, isOpen, hasChanged }: RowProps) {
  const { id, number, placedAt, payment, vendorOrders, totals, version } = order;
  const units = vendorOrders.flatMap((part) => part.items).reduce((sum, line) => sum + line.quantity, 0);
  const isOverdue = vendorOrders.some((part) => part.overdueSince !== undefined);
  return (
    <tr role="row" class={isOpen ? 'is-open' : ''} data-order={id} data-status={order.status}>
      <th role="rowheader" scope="row">
        <a href={addressOf(id)} aria-current={isOpen ? 'true' : undefined}>
          {number}
        </a>
      </th>
      <td role="cell" class="placed">
        <time dateTime={placedAt} title={timeText(placedAt)}>
          {ageText(placedAt, now)}
        </time>
      </td>
      {/* A new version draws the cell anew, which is what makes it light up. */}
      <td role="cell" key={version} class={hasChanged ? 'has-changed' : ''}>
        <Status of={order.status} /> {order.hold && <span class="badge bad">On hold</span>}{' '}
        {isOverdue && <span class="badge warn">Overdue</span>}
      </td>
      {isStaff && <td role="cell">{payment && <Status of={payment.status} />}</td>}
      <td role="cell" class="aside soft small">
        {isStaff ? vendorOrders.map((part) => part.vendorId).join(', ') : units}
      </td>
      <td role="cell" class="number amount">
        {moneyText(totals.grandTotal)}
      </td>
    </tr>
  );
}
