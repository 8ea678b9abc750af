import { useEffect, useMemo, useState } from 'preact/hooks';
import { EventStream, type StreamState } from '../../web/browser/event-stream.js';
import { Api } from './api.js';
import { FiguresBar } from './figures-bar.js';
import { FiltersBar } from './filters-bar.js';
import { Header } from './header.js';
import { ListStore } from './list-store.js';
import { OrderList } from './order-list.js';
import { OrderStore } from './order-store.js';
import { OrderView } from './order-view.js';
import type { Session } from './session.js';
import { useStore } from './store.js';
import { useOrderInAddress } from './use-route.js';

const SERVICE_FIGURES_MS = 15_000;

/** What came over the stream: an order's event, or that the list must be read anew. */
interface Listener {
  touched(orderId: string): void;
  anew(): void;
}

export function Board({ session, onSignedOut }: { session: Session; onSignedOut: (reason: string) => void }) {
  const isStaff = session.vendorId === undefined;
  const api = useMemo(() => new Api(session, onSignedOut), [session]);
  const list = useMemo(() => new ListStore(api, isStaff), [api]);
  const state = useStore(list);
  const orderId = useOrderInAddress();
  const detail = useMemo(
    () => (orderId === undefined ? undefined : new OrderStore(orderId, api, (order) => list.put(order))),
    [api, orderId],
  );

  useEffect(() => () => api.close(), [api]);

  useEffect(() => {
    void list.load();
    void list.refreshService();
    const timer = setInterval(() => void list.refreshService(), SERVICE_FIGURES_MS);
    return () => {
      clearInterval(timer);
      list.stop();
    };
  }, [list]);

  useEffect(() => {
    void detail?.load();
    return () => detail?.stop();
  }, [detail]);

  const live = useEvents(session, onSignedOut, {
    touched: (id) => {
      list.touch(id);
      if (detail?.id === id) void detail.load();
    },
    anew: () => {
      void list.load();
      void detail?.load();
    },
  });

  return (
    <div class={detail ? 'board with-order' : 'board'}>
      <Header session={session} live={live} onSignOut={() => onSignedOut('')} />
      <main>
        <section class="orders" aria-label="Orders">
          <FiguresBar recent={state.recent} service={isStaff ? state.service : undefined} />
          <FiltersBar filters={state.filters} isStaff={isStaff} onChange={(filters) => void list.filter(filters)} />
          <OrderList list={list} isStaff={isStaff} openId={orderId} />
        </section>
        {detail && <OrderView key={detail.id} store={detail} api={api} isStaff={isStaff} />}
      </main>
    </div>
  );
}

/** Follows the stream of all orders, or of the vendor's, for as long as somebody is signed in. */
function useEvents(session: Session, onSignedOut: (reason: string) => void, listener: Listener): StreamState {
  const [live, setLive] = useState<StreamState>({ name: 'connecting' });
  // The stream outlives what is shown: it always tells the latest.
  const latest = useMemo(() => ({ listener }), []);
  latest.listener = listener;
  useEffect(() => {
    const { vendorId, token } = session;
    const stream = new EventStream({
      url: vendorId === undefined ? '/orders/events' : `/vendors/${encodeURIComponent(vendorId)}/events`,
      headers: { authorization: `Bearer ${token}` },
      onEvent: ({ type, data }) => {
        // From `ready` on nothing is missed; what happened between the first look at the list and now is seen by another.
        if (type === 'ready' || type === 'reset') return latest.listener.anew();
        const { orderId } = JSON.parse(data) as { orderId?: string };
        if (orderId !== undefined) latest.listener.touched(orderId);
      },
      onState: (state) => {
        setLive(state);
        if (state.name === 'ended' && state.reason === 'expired')
          onSignedOut('Your token has expired. Paste a new one.');
        if (state.name === 'refused' && state.status === 401) onSignedOut('The token is not valid, or no longer.');
      },
    });
    const wake = (): void => stream.wake();
    addEventListener('online', wake);
    void stream.run();
    return () => {
      removeEventListener('online', wake);
      stream.close();
    };
  }, [session]);
  return live;
}
