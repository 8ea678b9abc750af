import { ActionButtons } from './action-buttons.js';
import { actionsOfPart, actionsOfReturn, actionsOfShipment, type Action } from './actions.js';
import { moneyText, timeText } from './format.js';
import type { Line, Order, Shipment, Units, VendorOrder } from './model.js';
import { Status } from './status.js';
import { unitWord } from './words.js';

interface Props {
  order: Order;
  part: VendorOrder;
  onAction: (action: Action) => void;
}

/** What one vendor ships. */
export function Part({ order, part, onAction }: Props) {
  const { vendorId, status, items, shipments, returns, overdueSince, totals } = part;
  return (
    <section class="card part" aria-label={`Part of ${vendorId}`} data-vendor={vendorId} data-status={status}>
      <div class="part-head">
        <h3>{vendorId}</h3>
        <Status of={status} />
        {overdueSince !== undefined && <span class="badge warn">Overdue since {timeText(overdueSince)}</span>}
        <span class="amount">{moneyText(totals.grandTotal)}</span>
      </div>
      <ul class="lines">
        {items.map((line) => (
          <li key={line.sku}>
            <span>
              <b class="figure">{line.quantity} ×</b> {line.name} <span class="soft small">{progressOf(line)}</span>
            </span>
            <span class="amount">{moneyText(line.lineTotal)}</span>
          </li>
        ))}
      </ul>
      {shipments.map((shipment) => (
        <div class="sub" key={shipment.id}>
          <p>
            <b>Parcel {shipment.id}</b> <Status of={shipment.status} /> <TrackingNumber of={shipment} />
          </p>
          <p class="small soft">
            {unitsText(shipment.items)}, shipped {timeText(shipment.shippedAt)}
            {shipment.deliveredAt !== undefined && `, delivered ${timeText(shipment.deliveredAt)}`}
          </p>
          <ActionButtons actions={actionsOfShipment(order, shipment.id, shipment.status)} onAction={onAction} />
        </div>
      ))}
      {returns.map((each) => (
        <div class="sub" key={each.id}>
          <p>
            <b>Return {each.id}</b> <Status of={each.status} /> {unitsText(each.items)}
          </p>
          <p class="small soft">“{each.reason}”</p>
          <ActionButtons actions={actionsOfReturn(order, each)} onAction={onAction} />
        </div>
      ))}
      <ActionButtons actions={actionsOfPart(order, part)} onAction={onAction} />
    </section>
  );
}

function progressOf(line: Line): string {
  const steps: [number, string][] = [
    [line.shippedQuantity, 'shipped'],
    [line.deliveredQuantity, 'delivered'],
    [line.cancelledQuantity, 'cancelled'],
    [line.returnedQuantity, 'returned'],
    [line.refundedQuantity, 'refunded'],
  ];
  return steps.flatMap(([units, word]) => (units > 0 ? [`${units} ${word}`] : [])).join(', ');
}

/** A link only where it leads to the web: what a vendor has given as an address is not trusted further than that. */
function TrackingNumber({ of: { carrier = '', trackingNumber = '', trackingUrl } }: { of: Shipment }) {
  const text = `${carrier} ${trackingNumber}`.trim();
  if (trackingUrl === undefined || !/^https?:\/\//iu.test(trackingUrl)) return <span>{text}</span>;
  return (
    <a href={trackingUrl} target="_blank" rel="noopener noreferrer">
      {text}
    </a>
  );
}

function unitsText(items: readonly Units[]): string {
  return unitWord(items.reduce((sum, { quantity }) => sum + quantity, 0));
}
