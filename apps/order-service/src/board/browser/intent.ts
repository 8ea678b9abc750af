import type { Command } from './command-keys.js';
import { minorOf } from './format.js';
import { openUnits, type Line, type Units, type VendorOrder } from './model.js';

/** How many units of each product, as they were typed in. */
export type Picked = Readonly<Record<string, string>>;

/** What is wrong with what was typed in. */
export class Fault extends Error {
  override readonly name = 'Fault';
}

interface Parcel {
  carrier: string;
  trackingNumber: string;
  trackingUrl: string;
}

export function shipCommand(orderId: string, part: VendorOrder, parcel: Parcel, picked: Picked): Command {
  const items = pickedUnits(part.items, picked, openUnits);
  const trackingUrl = parcel.trackingUrl.trim();
  return {
    method: 'POST',
    path: `/orders/${orderId}/shipments`,
    body: {
      vendorId: part.vendorId,
      carrier: required(parcel.carrier, 'Name the carrier.'),
      trackingNumber: required(parcel.trackingNumber, 'Give the tracking number.'),
      ...(trackingUrl === '' ? {} : { trackingUrl }),
      // Without any it is all that is left, whatever was cancelled meanwhile.
      ...(isAll(part.items, items, openUnits) ? {} : { items }),
    },
  };
}

/** @param part the whole order where there is none */
export function cancelCommand(orderId: string, part: VendorOrder | undefined, reason: string, picked: Picked): Command {
  const items = part ? pickedUnits(part.items, picked, openUnits) : [];
  return {
    method: 'POST',
    path: `/orders/${orderId}/cancellations`,
    body: {
      ...(part ? { vendorId: part.vendorId } : {}),
      reason: required(reason, 'Give a reason.'),
      ...(!part || isAll(part.items, items, openUnits) ? {} : { items }),
    },
  };
}

export interface Refund {
  how: 'all' | 'amount' | 'units';
  amount: string;
  fundedBy: string;
  reason: string;
  picked: Picked;
}

export function refundCommand(
  orderId: string,
  part: VendorOrder,
  { how, amount, fundedBy, reason, picked }: Refund,
  currency: string,
): Command {
  const common = { vendorId: part.vendorId, reason: required(reason, 'Give a reason.') };
  const path = `/orders/${orderId}/refunds`;
  if (how === 'all') return { method: 'POST', path, body: common };
  if (how === 'units')
    return { method: 'POST', path, body: { ...common, items: pickedUnits(part.items, picked, unrefunded) } };
  const minor = minorOf(amount, currency);
  if (minor === undefined) throw new Fault(`Give an amount in ${currency}, such as 5.00.`);
  return { method: 'POST', path, body: { ...common, amount: { amount: minor, currency }, fundedBy } };
}

/** Units that left and whose price was not given back. */
export function unrefunded(line: Line): number {
  return line.shippedQuantity - line.refundedQuantity;
}

/** The reason alone, where it is all that is asked for. */
export function required(text: string, fault: string): string {
  const given = text.trim();
  if (given === '') throw new Fault(fault);
  return given;
}

function pickedUnits(lines: readonly Line[], picked: Picked, most: (line: Line) => number): Units[] {
  const units = lines.flatMap((line) => {
    const quantity = Number(picked[line.sku] ?? most(line));
    if (!Number.isInteger(quantity) || quantity < 0 || quantity > most(line)) {
      throw new Fault(`${line.name}: choose 0 to ${most(line)} units.`);
    }
    return quantity === 0 ? [] : [{ sku: line.sku, quantity }];
  });
  if (units.length === 0) throw new Fault('Choose at least one unit.');
  return units;
}

function isAll(lines: readonly Line[], units: readonly Units[], most: (line: Line) => number): boolean {
  return lines.every((line) => most(line) === (units.find(({ sku }) => sku === line.sku)?.quantity ?? 0));
}
