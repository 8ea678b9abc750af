import { useEffect, useRef, useState } from 'preact/hooks';
import { ActionButtons } from './action-buttons.js';
import { actionsOfOrder, type Action } from './actions.js';
import type { Api } from './api.js';
import { CancelDialog, ConfirmDialog, HoldDialog, RefundDialog, ShipDialog, type DialogFrame } from './dialogs.js';
import { moneyText, timeText } from './format.js';
import { LedgerView, Timeline } from './history.js';
import type { Order } from './model.js';
import type { OrderStore } from './order-store.js';
import { Part } from './part.js';
import { ProblemNotice } from './problem-notice.js';
import { Status } from './status.js';
import { useStore } from './store.js';
import { wordsOf } from './words.js';

interface Props {
  store: OrderStore;
  api: Api;
  isStaff: boolean;
}

/** One order in full, with what can be done about it. */
export function OrderView({ store, api, isStaff }: Props) {
  const { order, timeline, ledger, problem } = useStore(store);
  const [action, setAction] = useState<Action>();
  const [done, setDone] = useState('');
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [order === undefined]);
  useEffect(() => {
    document.title = order ? `${order.number} ${wordsOf(order.status)} - Order operations` : 'Order operations';
  }, [order?.number, order?.status]);

  const ask = (asked: Action): void => {
    setDone('');
    setAction(asked);
  };
  const frame = order && {
    api,
    order,
    onDone: (changed: Order, message: string) => {
      setAction(undefined);
      setDone(message);
      store.put(changed);
      void store.load();
    },
    onStale: () => void store.load(),
    onClose: () => setAction(undefined),
  };
  return (
    <section class="order" data-version={order?.version} aria-labelledby="order-title">
      <a class="back" href="#/">
        Close order
      </a>
      {problem && <ProblemNotice problem={problem} />}
      {!order && !problem && <p class="soft">Reading the order …</p>}
      <h2 id="order-title" ref={heading} tabIndex={-1}>
        {order ? `Order ${order.number}` : 'Order'}
      </h2>
      <p role="status" class={done === '' ? 'unseen' : 'notice good'}>
        {done}
      </p>
      {order && <Summary order={order} isStaff={isStaff} onAction={ask} />}
      {order?.vendorOrders.map((part) => (
        <Part key={part.vendorId} order={order} part={part} onAction={ask} />
      ))}
      {order && <Timeline entries={timeline} />}
      {ledger && <LedgerView ledger={ledger} />}
      {action && frame && <Dialog action={action} frame={frame} />}
    </section>
  );
}

function Summary({ order, isStaff, onAction }: { order: Order; isStaff: boolean; onAction: (action: Action) => void }) {
  const { status, placedAt, customerId, email, payment, totals, hold, shippingAddress } = order;
  const address = ['name', 'line1', 'line2', 'city', 'region', 'postalCode', 'country'].map(
    (line) => shippingAddress[line],
  );
  return (
    <div class="card part">
      {/* Said when it changes, to whoever does not see it. */}
      <p role="status" class="states" data-status={status}>
        <Status of={status} />{' '}
        {payment && <span class="small soft">payment {wordsOf(payment.status).toLowerCase()}</span>}
      </p>
      {hold && (
        <p class="notice bad">
          <b>On hold</b> since {timeText(hold.at)} by {hold.by}: {hold.reason}
        </p>
      )}
      <dl class="facts">
        <Fact name="Placed">
          <time dateTime={placedAt}>{timeText(placedAt)}</time>
        </Fact>
        <Fact name="Total">
          <span class="amount">{moneyText(totals.grandTotal)}</span>
        </Fact>
        {payment && (
          <Fact name="Captured">
            <span class="amount">{moneyText(payment.captured)}</span>
          </Fact>
        )}
        <Fact name="Refunded">
          <span class="amount">{moneyText(totals.refunded)}</span>
        </Fact>
        {isStaff && <Fact name="Customer">{customerId ?? 'guest'}</Fact>}
        {email !== undefined && <Fact name="E-mail">{email}</Fact>}
        <Fact name="Ship to">{address.filter(Boolean).join(', ')}</Fact>
      </dl>
      <ActionButtons actions={actionsOfOrder(order, isStaff)} onAction={onAction} />
    </div>
  );
}

function Fact({ name, children }: { name: string; children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Dialog({ action, frame }: { action: Action; frame: DialogFrame }) {
  switch (action.kind) {
    case 'ship':
      return <ShipDialog frame={frame} part={action.part} />;
    case 'cancel':
      return <CancelDialog frame={frame} part={action.part} />;
    case 'refund':
      return <RefundDialog frame={frame} part={action.part} />;
    case 'cancel-all':
      return <CancelDialog frame={frame} />;
    case 'hold':
      return <HoldDialog frame={frame} />;
    case 'confirm':
      return <ConfirmDialog frame={frame} title={action.label} text={action.text} command={action.command} />;
  }
}
