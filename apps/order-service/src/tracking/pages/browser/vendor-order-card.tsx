import type { ComponentChildren } from 'preact';
import { Moment } from './moment.js';
import type {
  TrackedCancellation,
  TrackedItem,
  TrackedParcel,
  TrackedReturn,
  TrackedUnits,
  TrackedVendorOrder,
  TrackingStep,
} from './snapshot.js';

interface VendorOrderCardProps {
  readonly vendorOrder: TrackedVendorOrder;
  readonly heading: string;
  /** Then the order's own words say it all. */
  readonly isOnlyOne: boolean;
  readonly isLocal: boolean;
}

const GOOD = new Set(['delivered']);
const BAD = new Set(['cancelled', 'lost']);
const DONE = new Set(['returned', 'refunded', 'rejected']);

/** One vendor's part of the order. */
export function VendorOrderCard({ vendorOrder, heading, isOnlyOne, isLocal }: VendorOrderCardProps): ComponentChildren {
  const { vendorId, status, statusText, nextStep, steps, items, parcels, cancellations, returns } = vendorOrder;
  const id = `part-${vendorId}`;
  // Then the steps have said so.
  const isCancelledAtOnce = status === 'cancelled' && cancellations.length === 1;
  return (
    <section class="track-part card" aria-labelledby={id}>
      <div class="track-part-head">
        <h2 id={id}>{heading}</h2>
        {!isOnlyOne && <StatusBadge status={status} text={statusText} />}
      </div>
      {!isOnlyOne && <p>{nextStep}</p>}
      <Steps steps={steps} isLocal={isLocal} />
      <h3>Items</h3>
      <ul class="track-items">
        {items.map((item) => (
          <li key={item.name}>
            <Units units={item} />
            <ItemNotes item={item} />
          </li>
        ))}
      </ul>
      {parcels.map((parcel, index) => (
        <Parcel parcel={parcel} name={parcels.length === 1 ? 'Parcel' : `Parcel ${index + 1}`} isLocal={isLocal} />
      ))}
      {!isCancelledAtOnce && cancellations.length > 0 && (
        <Cancellations cancellations={cancellations} isLocal={isLocal} />
      )}
      {returns.length > 0 && <Returns returns={returns} isLocal={isLocal} />}
    </section>
  );
}

function StatusBadge({ status, text }: { status: string; text: string }): ComponentChildren {
  const tone = GOOD.has(status) ? 'good' : BAD.has(status) ? 'bad' : DONE.has(status) ? '' : 'active';
  return <span class={`badge ${tone}`}>{text}</span>;
}

function Steps({ steps, isLocal }: { steps: readonly TrackingStep[]; isLocal: boolean }): ComponentChildren {
  return (
    <ol class="track-steps" aria-label="Steps">
      {steps.map(({ name, text, state, isCurrent, at }) => (
        <li key={name} class={`track-step ${state} ${name}`} aria-current={isCurrent ? 'step' : undefined}>
          <span class="track-mark" aria-hidden="true" />
          <span class="track-step-text">
            {text}
            {state === 'upcoming' && <span class="unseen"> (still to come)</span>}
          </span>
          {at !== undefined && (
            <span class="soft small">
              <Moment at={at} isLocal={isLocal} />
            </span>
          )}
        </li>
      ))}
    </ol>
  );
}

function Units({ units: { name, quantity } }: { units: TrackedUnits }): ComponentChildren {
  return (
    <span>
      <span class="figure">{quantity} ×</span> {name}
    </span>
  );
}

/** What has become of some of the units, where it is not the same for all. */
function ItemNotes({ item }: { item: TrackedItem }): ComponentChildren {
  const { quantity, cancelledQuantity, shippedQuantity, deliveredQuantity, returnedQuantity } = item;
  const notes = [
    shippedQuantity > 0 &&
      shippedQuantity < quantity &&
      deliveredQuantity < shippedQuantity &&
      `${shippedQuantity} shipped`,
    deliveredQuantity > 0 && deliveredQuantity < quantity && `${deliveredQuantity} delivered`,
    cancelledQuantity > 0 && `${cancelledQuantity} cancelled`,
    returnedQuantity > 0 && `${returnedQuantity} returned`,
  ].filter((note) => note !== false);
  return notes.length === 0 ? null : <span class="soft small">{notes.join(', ')}</span>;
}

function Parcel({
  parcel,
  name,
  isLocal,
}: {
  parcel: TrackedParcel;
  name: string;
  isLocal: boolean;
}): ComponentChildren {
  const { status, statusText, carrier, trackingNumber, trackingUrl, items, shippedAt, deliveredAt } = parcel;
  return (
    <div class="track-parcel">
      <div class="track-part-head">
        <h3>{name}</h3>
        <StatusBadge status={status} text={statusText} />
      </div>
      <dl class="track-facts">
        {carrier !== undefined && (
          <div>
            <dt>Carrier</dt>
            <dd>{carrier}</dd>
          </div>
        )}
        {trackingNumber !== undefined && (
          <div>
            <dt>Tracking number</dt>
            <dd class="track-number">{trackingNumber}</dd>
          </div>
        )}
        <div>
          <dt>Shipped</dt>
          <dd>
            <Moment at={shippedAt} isLocal={isLocal} />
          </dd>
        </div>
        {deliveredAt !== undefined && (
          <div>
            <dt>Delivered</dt>
            <dd>
              <Moment at={deliveredAt} isLocal={isLocal} />
            </dd>
          </div>
        )}
      </dl>
      <p class="small">
        In it: <UnitList items={items} />
      </p>
      {trackingUrl !== undefined && (
        <p>
          <a class="button" href={trackingUrl} rel="noopener noreferrer" target="_blank">
            Follow it at {carrier ?? 'the carrier'}
            <span class="unseen"> (opens in a new window)</span>
          </a>
        </p>
      )}
    </div>
  );
}

function Cancellations({
  cancellations,
  isLocal,
}: {
  cancellations: readonly TrackedCancellation[];
  isLocal: boolean;
}): ComponentChildren {
  return (
    <div class="track-parcel">
      <h3>Cancelled</h3>
      <ul class="track-items">
        {cancellations.map(({ at, items }) => (
          <li>
            <UnitList items={items} />
            <span class="soft small">
              <Moment at={at} isLocal={isLocal} />
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Returns({ returns, isLocal }: { returns: readonly TrackedReturn[]; isLocal: boolean }): ComponentChildren {
  return (
    <div class="track-parcel">
      <h3>Returns</h3>
      <ul class="track-items">
        {returns.map(({ status, statusText, items, updatedAt }) => (
          <li>
            <span>
              <UnitList items={items} /> <StatusBadge status={status} text={statusText} />
            </span>
            <span class="soft small">
              <Moment at={updatedAt} isLocal={isLocal} />
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function UnitList({ items }: { items: readonly TrackedUnits[] }): ComponentChildren {
  return <span>{items.map(({ name, quantity }) => `${quantity} × ${name}`).join(', ')}</span>;
}
