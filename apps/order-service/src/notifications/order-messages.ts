import type {
  NotificationDetails,
  NotificationTemplate,
  NotifiedVendorOrder,
  OrderEventDetails,
  OrderEventType,
} from '@marketplace/contracts';
import type { Money } from '@marketplace/domain';
import { namedItems, vendorOrderFacts, type EventFacts, type OrderFacts } from './order-facts.js';

/** Something to tell: to the buyer, or to one of the vendors. Members without a value are not in the JSON of it. */
export type Message = {
  [Template in NotificationTemplate]: {
    readonly template: Template;
    readonly vendorId?: string;
    readonly details: NotificationDetails[Template];
  };
}[NotificationTemplate];

interface Happened<Type extends OrderEventType> {
  readonly order: OrderFacts;
  readonly event: EventFacts;
  /** The vendor whose part of the order the event is about; empty where it is about the whole. */
  readonly vendorId: string;
  readonly said: OrderEventDetails[Type];
}

type Rule<Type extends OrderEventType> = (happened: Happened<Type>) => Message[];

const nobody = (): Message[] => [];

/** Who is told what, for every type of event. docs/notifications.md gives the reasons. */
const RULES: { readonly [Type in OrderEventType]: Rule<Type> } = {
  placed: nobody,
  'payment-authorized': nobody,
  'payment-declined': ({ order, said }) => [
    { template: 'payment-failed', details: { ...namedUnits(order, said), reason: said.reason } },
  ],
  confirmed: ({ order, said }) => {
    const units = namedUnits(order, said);
    return [
      { template: 'order-confirmed', details: units },
      ...units.vendorOrders.map((part): Message => ({
        template: 'vendor-new-order',
        vendorId: part.vendorId,
        details: part,
      })),
    ];
  },
  processing: nobody,
  shipped,
  delivered: ({ order, vendorId, said }) => [
    { template: 'order-delivered', details: { vendorId, items: namedItems(order, vendorId, said.items) } },
  ],
  cancelled,
  'payment-captured': nobody,
  'payment-voided': nobody,
  refunded,
  // The vendor has to decide.
  'return-requested': (happened) => returnUpdate(happened, 'requested', 'and vendor'),
  'return-approved': (happened) => returnUpdate(happened, 'approved'),
  'return-received': (happened) => returnUpdate(happened, 'received'),
  'return-rejected': (happened) => returnUpdate(happened, 'rejected'),
  // The last of the returns has been told when it came in.
  returned: nobody,
  'refund-failed': nobody,
  expired: ({ order, event, said }) => [
    {
      template: 'order-cancelled',
      details: {
        ...namedUnits(order, said),
        vendorOrderStatus: 'cancelled',
        cancelledBy: event.actor.kind,
        reasonCode: 'expired',
      },
    },
  ],
  // The vendor's part is told when all of it has arrived.
  'shipment-delivered': nobody,
  'shipment-lost': nobody,
  held: nobody,
  released: nobody,
  'address-changed': nobody,
  'payout-eligible': nobody,
  'authorization-expiring': nobody,
  chargeback: nobody,
  anonymised: nobody,
};

/** What is to be told of an event. */
export function messagesOf(order: OrderFacts, event: EventFacts): Message[] {
  // The domain makes no event without the details of its type.
  const rule = RULES[event.type] as Rule<OrderEventType>;
  return rule({ order, event, vendorId: event.vendorId ?? '', said: event.data as OrderEventDetails[OrderEventType] });
}

function shipped({ order, vendorId, said }: Happened<'shipped'>): Message[] {
  const { shipmentId, carrier, trackingNumber, trackingUrl } = said;
  const items = namedItems(order, vendorId, said.items);
  return [
    { template: 'order-shipped', details: { vendorId, shipmentId, items, carrier, trackingNumber, trackingUrl } },
  ];
}

/** The vendor is told too, whoever cancelled, unless it has never heard of the order. */
function cancelled({ order, event, vendorId, said }: Happened<'cancelled'>): Message[] {
  const { items, amount, from, to, reason, reasonCode } = said;
  const details = {
    vendorOrders: [{ vendorId, items: namedItems(order, vendorId, items), total: amount }],
    total: amount,
    vendorOrderStatus: to,
    cancelledBy: event.actor.kind,
    reason,
    reasonCode,
  };
  const template = 'order-cancelled';
  return [{ template, details }, ...(from === 'pending' ? [] : [{ template, vendorId, details } as const])];
}

/** A refund from several means of payment is told for each, with its own amount: they arrive one by one. */
function refunded({ order, event, vendorId, said: { amount, refundId } }: Happened<'refunded'>): Message[] {
  const refund = vendorOrderFacts(order, vendorId)?.refunds.find(({ id }) => id === refundId);
  const items = namedItems(order, vendorId, refund?.lines ?? []);
  const about = { vendorId: event.vendorId, refundId, returnId: refund?.returnId, reason: refund?.reason };
  return [{ template: 'refund-issued', details: { amount, items, ...about } }];
}

function returnUpdate(
  { order, vendorId, said }: Happened<'return-requested' | 'return-approved' | 'return-received' | 'return-rejected'>,
  returnStatus: NotificationDetails['return-update']['returnStatus'],
  audience: 'buyer' | 'and vendor' = 'buyer',
): Message[] {
  const { returnId, reason } = said;
  const units = vendorOrderFacts(order, vendorId)?.returns.find(({ id }) => id === returnId)?.items ?? [];
  const items = namedItems(order, vendorId, units);
  const details = { vendorId, returnId, returnStatus, items, reason };
  const template = 'return-update';
  return [{ template, details }, ...(audience === 'buyer' ? [] : [{ template, vendorId, details } as const])];
}

function namedUnits(
  order: OrderFacts,
  { vendorOrders, total }: OrderEventDetails['confirmed'],
): { vendorOrders: NotifiedVendorOrder[]; total: Money } {
  const named = vendorOrders.map((part) => ({
    vendorId: part.vendorId,
    items: namedItems(order, part.vendorId, part.items),
    total: part.total,
  }));
  return { vendorOrders: named, total };
}
