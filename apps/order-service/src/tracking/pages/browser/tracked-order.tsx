import type { ComponentChildren } from 'preact';
import { Moment } from './moment.js';
import type { TrackedVendorOrder, TrackingSnapshot } from './snapshot.js';
import { VendorOrderCard } from './vendor-order-card.js';

/** The element that holds what the page was made of. */
export const SNAPSHOT_ID = 'snapshot';

export interface TrackedOrderProps {
  readonly snapshot: TrackingSnapshot;
  /** Times in the zone of whoever looks; on the server it is not known. */
  readonly isLocal?: boolean;
  /** How the page is kept up to date; nothing where no script runs. */
  readonly connection?: 'live' | 'waiting' | undefined;
  /** What has changed, for those who listen. */
  readonly news?: string;
}

/** The page of an order: the same on the server and in the browser. */
export function TrackedOrder({
  snapshot,
  isLocal = false,
  connection,
  news = '',
}: TrackedOrderProps): ComponentChildren {
  const { number, statusText, nextStep, placedAt, updatedAt, vendorOrders } = snapshot;
  return (
    <div class="track">
      <header class="track-bar">
        <p>Order tracking</p>
        <Connection connection={connection} />
      </header>
      <main>
        <section class="track-summary card" aria-labelledby="summary">
          <h1 id="summary">{statusText}</h1>
          <p class="track-next">{nextStep}</p>
          <dl class="track-facts">
            <div>
              <dt>Order number</dt>
              <dd class="figure">{number}</dd>
            </div>
            <div>
              <dt>Ordered</dt>
              <dd>
                <Moment at={placedAt} isLocal={isLocal} />
              </dd>
            </div>
            <div>
              <dt>Last change</dt>
              <dd>
                <Moment at={updatedAt} isLocal={isLocal} />
              </dd>
            </div>
          </dl>
        </section>
        {vendorOrders.map((vendorOrder, index) => (
          <VendorOrderCard
            key={vendorOrder.vendorId}
            vendorOrder={vendorOrder}
            heading={headingOf(vendorOrder, index, vendorOrders.length)}
            isOnlyOne={vendorOrders.length === 1}
            isLocal={isLocal}
          />
        ))}
      </main>
      <footer class="track-foot soft small">
        <noscript>
          <p>Times are in UTC. Reload the page to see what is new.</p>
        </noscript>
        <p>Whoever has the address of this page can open it. It shows no names, addresses or prices.</p>
      </footer>
      <p class="unseen" role="status">
        {news}
      </p>
    </div>
  );
}

function Connection({ connection }: Pick<TrackedOrderProps, 'connection'>): ComponentChildren {
  if (connection === undefined) return null;
  const isLive = connection === 'live';
  return (
    <p class={`badge ${isLive ? 'good' : 'warn'}`} data-connection={connection}>
      {isLive ? 'Live' : 'Connecting…'}
    </p>
  );
}

function headingOf({ vendorId }: TrackedVendorOrder, index: number, count: number): string {
  return count === 1 ? `Sent by ${vendorId}` : `Part ${index + 1} of ${count}, sent by ${vendorId}`;
}
