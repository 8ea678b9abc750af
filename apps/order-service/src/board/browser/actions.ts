import type { Command } from './command-keys.js';
import { openUnitsOf, refundableMinor, type Order, type Return, type VendorOrder } from './model.js';

/** What can be asked for, and what has to be known for it. */
export type Action =
  | { readonly kind: 'ship' | 'cancel' | 'refund'; readonly part: VendorOrder; readonly label: string }
  | { readonly kind: 'cancel-all' | 'hold'; readonly label: string }
  | { readonly kind: 'confirm'; readonly label: string; readonly text: string; readonly command: Command };

const CAN_SHIP = new Set(['confirmed', 'processing', 'partially_shipped']);
const CAN_CANCEL = new Set(['pending', ...CAN_SHIP]);
const OVER = new Set(['cancelled', 'delivered', 'returned', 'payment_failed']);

/** What the state of a vendor order allows. The service decides; what it would refuse for certain is not offered. */
export function actionsOfPart(order: Order, part: VendorOrder): Action[] {
  const { vendorId, status } = part;
  const isOpen = openUnitsOf(part) > 0;
  const actions: Action[] = [];
  if (status === 'confirmed' && !order.hold) {
    actions.push({
      kind: 'confirm',
      label: 'Start processing',
      text: `${vendorId} begins to prepare its part.`,
      command: { method: 'PUT', path: `/orders/${order.id}`, body: { status: 'processing', vendorId } },
    });
  }
  if (CAN_SHIP.has(status) && isOpen && !order.hold) actions.push({ kind: 'ship', part, label: 'Ship' });
  if (CAN_CANCEL.has(status) && isOpen) actions.push({ kind: 'cancel', part, label: 'Cancel' });
  if (refundableMinor([part]) > 0) actions.push({ kind: 'refund', part, label: 'Refund' });
  return actions;
}

export function actionsOfShipment(order: Order, shipmentId: string, status: string): Action[] {
  if (status !== 'in_transit') return [];
  const moveTo = (to: 'delivered' | 'lost', label: string, text: string): Action => ({
    kind: 'confirm',
    label,
    text,
    command: { method: 'PUT', path: `/orders/${order.id}/shipments/${shipmentId}`, body: { status: to } },
  });
  return [
    moveTo('delivered', 'Mark as delivered', 'The carrier has delivered this parcel.'),
    moveTo('lost', 'Mark as lost', 'The carrier has lost this parcel. The buyer can then be given the money back.'),
  ];
}

const RETURN_MOVES: Readonly<Record<string, readonly (readonly [string, string, string])[]>> = {
  requested: [
    ['approved', 'Approve return', 'The buyer may send the units back.'],
    ['rejected', 'Reject return', 'The buyer keeps the units.'],
  ],
  approved: [['received', 'Mark as received', 'The units have come back.']],
  received: [['refunded', 'Refund return', 'The buyer is given back the price of the units.']],
};

export function actionsOfReturn(order: Order, { id, status }: Return): Action[] {
  return (RETURN_MOVES[status] ?? []).map(([to, label, text]) => ({
    kind: 'confirm',
    label,
    text,
    command: { method: 'PUT', path: `/orders/${order.id}/returns/${id}`, body: { status: to } },
  }));
}

/** @param isStaff vendors have their own part alone */
export function actionsOfOrder(order: Order, isStaff: boolean): Action[] {
  if (!isStaff || OVER.has(order.status)) return [];
  const cancellable = order.vendorOrders.filter((part) => CAN_CANCEL.has(part.status) && openUnitsOf(part) > 0);
  const actions: Action[] = [];
  if (order.hold) {
    actions.push({
      kind: 'confirm',
      label: 'Release',
      text: 'The order goes on.',
      command: { method: 'DELETE', path: `/orders/${order.id}/hold` },
    });
  } else if (cancellable.length > 0) {
    actions.push({ kind: 'hold', label: 'Hold' });
  }
  if (cancellable.length > 1) actions.push({ kind: 'cancel-all', label: 'Cancel order' });
  return actions;
}
