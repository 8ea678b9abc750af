import { IllegalTransitionError, sumOf } from '@marketplace/domain';
import { ProblemError, type ProblemCode } from '@marketplace/contracts';
import { isUndecided } from './advance.js';
import { openQuantity } from './amounts.js';
import { recordAuthorization, type AuthorizationOutcome } from './authorize-payment.js';
import { cancelUnits } from './cancel-units.js';
import { changeAddress, holdOrder, releaseHold } from './care.js';
import { recordChargeback } from './chargeback.js';
import { requestStatus, updateShipment } from './fulfil.js';
import { toGiveBackMinor, type FoundPayment } from './give-back.js';
import { after, authorizeAll, dueOperations, tenderOf, TIMING } from './order-fixtures.spec-support.js';
import type { Choice, Happening, Life } from './order-happenings.spec-support.js';
import { deepFreeze } from './order-invariants.spec-support.js';
import type { ChangeContext, Order, OrderLine, PaymentOperation, Tender, VendorOrder } from './order.js';
import { holdStock, placeOrder } from './place-order.js';
import { refund, refundableMinor, refundableQuantity } from './refund.js';
import { requestReturn, returnableQuantity, updateReturn } from './return-units.js';
import { settleOperation, type OperationOutcome } from './settle-operation.js';
import { shipUnits } from './ship-units.js';
import { runTimers } from './timers.js';
import type { UnitRequest } from './unit-selection.js';

/** Two days after the order was placed. */
const AUTHORIZED_UNTIL = after(2 * 24 * 60).now.toISOString();

type Told<Kind extends Happening['kind']> = Extract<Happening, { kind: Kind }>;

/** Plays the life of an order, and shows every change of it. Whatever changes a state in place fails. */
export function live(
  { request, isConfirmed, happenings }: Life,
  onChange: (before: Order, next: Order, happening?: Happening) => void,
): Order {
  const placed = deepFreeze(placeOrder(deepFreeze(request), after(0)));
  const held = deepFreeze(holdStock(placed, after(0)));
  onChange(placed, held);
  const begun = deepFreeze(isConfirmed ? authorizeAll(held) : held);
  if (begun !== held) onChange(held, begun);
  let minute = 0;
  return happenings.reduce((order, happening) => {
    minute += happening.kind === 'time' ? happening.hours * 60 : 1;
    const next = deepFreeze(happen(order, happening, after(minute)));
    if (next !== order) onChange(order, next, happening);
    return next;
  }, begun);
}

/** The order after the happening: the same state when it is refused or there is nothing that it could happen to. */
export function happen(order: Order, happening: Happening, context: ChangeContext): Order {
  return unlessRefused(order, happening, () => afterHappening(order, happening, context) ?? order);
}

function afterHappening(order: Order, happening: Happening, context: ChangeContext): Order | undefined {
  switch (happening.kind) {
    case 'authorization': {
      const tender = chosen(undecided(order), happening.which);
      return tender && recordAuthorization(order, tender.id, outcomeOf(tender, happening.status), context);
    }
    case 'move': {
      const vendorId = happening.whole ? undefined : chosen(order.vendorOrders, happening.which)?.vendorId;
      return requestStatus(order, { status: happening.status, vendorId }, context);
    }
    case 'settlement': {
      const operation = chosen(dueOperations(order), happening.which);
      return operation && settleOperation(order, operation.id, resultOf(order, operation, happening), context);
    }
    case 'repetition':
      return repeated(order, happening.which, context);
    case 'chargeback':
      return disputed(order, happening.which, context);
    case 'shipment':
      return shipUnits(order, unitsOf(order, happening.units, openQuantity), { carrier: 'UPS' }, context);
    case 'parcel': {
      const parcels = order.vendorOrders.flatMap(({ shipments }) => shipments);
      const parcel = preferred(parcels, ({ status }) => status === 'in_transit', happening.which);
      return parcel && updateShipment(order, parcel.id, happening.status, context);
    }
    case 'cancellation':
      return cancelled(order, happening, context);
    case 'return':
      return sentBack(order, happening, context);
    case 'return-progress': {
      const returns = order.vendorOrders.flatMap((vendorOrder) => vendorOrder.returns);
      const open = preferred(returns, ({ status }) => status !== 'refunded' && status !== 'rejected', happening.which);
      return open && updateReturn(order, open.id, { status: happening.status, reason: 'seen' }, context);
    }
    case 'refund':
      return refund(order, { ...unitsOf(order, happening.units, refundableQuantity), reason: 'broken' }, context);
    case 'goodwill':
      return goodwill(order, happening, context);
    case 'care':
      return caredFor(order, happening, context);
    case 'time':
      return runTimers(order, TIMING, context);
  }
}

function cancelled(order: Order, { units, byCustomer }: Told<'cancellation'>, context: ChangeContext): Order {
  const why = byCustomer ? { reason: 'changed my mind' } : { reasonCode: 'out_of_stock' as const };
  return cancelUnits(order, unitsOf(order, units, openQuantity), why, byCustomer, by(byCustomer, context));
}

function sentBack(order: Order, { units, byCustomer }: Told<'return'>, context: ChangeContext): Order {
  const oldest = new Date(context.now.getTime() - TIMING.returnWindowMs);
  const request = { ...unitsOf(order, units, returnableQuantity), reason: 'too small' };
  return requestReturn(order, request, byCustomer ? oldest : undefined, by(byCustomer, context));
}

function by(isCustomer: boolean, context: ChangeContext): ChangeContext {
  return { ...context, actor: isCustomer ? { kind: 'customer', id: 'alice' } : { kind: 'support', id: 'sue' } };
}

function goodwill(order: Order, happening: Told<'goodwill'>, context: ChangeContext): Order {
  const { which, fundedBy, percent } = happening;
  const vendorOrder = which % 4 === 0 ? undefined : chosen(order.vendorOrders, which);
  const lines = (vendorOrder ? [vendorOrder] : order.vendorOrders).flatMap((each) => each.lines);
  const amountMinor = Math.ceil((sumOf(lines, refundableMinor) * percent) / 100);
  return refund(order, { vendorId: vendorOrder?.vendorId, amountMinor, fundedBy, reason: 'sorry' }, context);
}

function caredFor(order: Order, { what, which }: Told<'care'>, context: ChangeContext): Order {
  switch (what) {
    case 'hold':
      return holdOrder(order, which % 2 === 0 ? 'fraud check' : 'asked by the customer', context);
    case 'release':
      return releaseHold(order, context);
    case 'address':
      return changeAddress(order, { ...order.shippingAddress, line1: `${which} Main St` }, context);
  }
}

/** What was told before is told again. */
function repeated(order: Order, number: number, context: ChangeContext): Order | undefined {
  const decided = order.payment.tenders.filter((tender) => !isUndecided(tender.status));
  const done = order.payment.operations.filter((operation) => operation.status === 'done');
  const told = chosen([...decided, ...done], number);
  if (!told) return undefined;
  if (!('kind' in told)) return recordAuthorization(order, told.id, outcomeOf(told, 'authorized'), context);
  const outcome: OperationOutcome =
    number % 3 === 0 ? { status: 'failed', reason: 'late', final: true } : { status: 'done' };
  return settleOperation(order, told.id, outcome, context);
}

/** One of three disputes, whatever tender it is about; so that each is told several times. */
function disputed(order: Order, number: number, context: ChangeContext): Order | undefined {
  const tender = chosen(order.payment.tenders, number);
  const eventId = `dispute-${number % 3}`;
  return (
    tender &&
    recordChargeback(order, { eventId, tenderId: tender.id, paymentId: `pay-${tender.id}`, amountMinor: 100 }, context)
  );
}

/** Some of the units that can be had; now and then some that cannot. */
function unitsOf(
  order: Order,
  { which, scope }: Choice,
  available: (line: OrderLine, of: VendorOrder) => number,
): UnitRequest {
  if (scope === 'everything') return {};
  const lines = order.vendorOrders.flatMap((of) =>
    of.lines.map((line) => ({ sku: line.sku, vendorId: of.vendorId, left: available(line, of) })),
  );
  const first = preferred(lines, ({ left }) => left > 0 || which % 16 === 0, which);
  if (!first || scope === 'vendor') return { vendorId: first?.vendorId };
  const second = which % 3 === 0 ? preferred(lines, ({ left }) => left > 0, which * 7 + 5) : undefined;
  const tooMany = which % 20 === 0 ? 1 : 0;
  const picked = second && second !== first ? [first, second] : [first];
  return {
    vendorId: picked.length === 1 && which % 2 === 0 ? first.vendorId : undefined,
    items: picked.map(({ sku, left }) => ({ sku, quantity: 1 + tooMany + ((which * 31) % Math.max(1, left)) })),
  };
}

function undecided(order: Order): Tender[] {
  return order.payment.tenders.filter((tender) => isUndecided(tender.status));
}

function chosen<T>(items: readonly T[], number: number): T | undefined {
  return items[number % items.length];
}

/** One of those that are wanted, or of all when none is; one of all now and then too. */
function preferred<T>(items: readonly T[], isWanted: (item: T) => boolean, number: number): T | undefined {
  const wanted = number % 11 === 0 ? [] : items.filter(isWanted);
  return chosen(wanted.length > 0 ? wanted : items, number);
}

function outcomeOf({ id }: Tender, status: AuthorizationOutcome['status']): AuthorizationOutcome {
  if (status === 'unknown') return { status };
  const expiresAt = status === 'authorized' ? { expiresAt: AUTHORIZED_UNTIL } : {};
  return { status, paymentId: `pay-${id}`, ...expiresAt };
}

function resultOf(order: Order, operation: PaymentOperation, { result, which }: Told<'settlement'>): OperationOutcome {
  const tender = tenderOf(order, operation.tenderId);
  if (result === 'captured' && operation.kind === 'void' && tender.status !== 'declined') {
    return { status: 'failed', reason: 'already_captured', final: true, found: foundCaptured(order, tender, which) };
  }
  if (result === 'refused' || result === 'failed') {
    return { status: 'failed', reason: result, final: result === 'failed' };
  }
  // A void by key is answered with whatever the Payment Service held in the end: all or nothing.
  const byKey = operation.kind === 'void' && isUndecided(tender.status);
  return { status: 'done', ...(byKey ? { authorizedMinor: which % 2 === 0 ? tender.amountMinor : 0 } : {}) };
}

/** All that the tender holds has been captured, or half of it. */
function foundCaptured(order: Order, tender: Tender, number: number): FoundPayment {
  const authorizedMinor = isUndecided(tender.status) ? tender.amountMinor : tender.authorizedMinor;
  const { voidedMinor } = tender;
  const knownMinor = tender.capturedMinor + toGiveBackMinor(order.payment, tender.id);
  const leftMinor = authorizedMinor - voidedMinor - knownMinor;
  const capturedMinor = knownMinor + Math.ceil(leftMinor / (1 + (number % 2)));
  return { paymentId: `pay-${tender.id}`, authorizedMinor, capturedMinor, voidedMinor };
}

/** The only refusals of what is asked for with care; anything else is a fault. */
const EXPECTED: ReadonlySet<ProblemCode> = new Set(['order_held', 'quantity_unavailable', 'refund_exceeds_captured']);

/** Only what was asked for may be refused: a move that merely follows from it, and outcomes and timers, never. */
function unlessRefused(order: Order, happening: Happening, change: () => Order): Order {
  try {
    return change();
  } catch (error) {
    if (error instanceof IllegalTransitionError && error.to === moveOf(happening)) return order;
    if (error instanceof ProblemError && EXPECTED.has(error.code)) return order;
    throw error;
  }
}

function moveOf(happening: Happening): string | undefined {
  switch (happening.kind) {
    case 'move':
    case 'parcel':
    case 'return-progress':
      return happening.status;
    case 'shipment':
      return 'shipped';
    case 'cancellation':
      return 'cancelled';
    case 'care':
      return 'address-changed';
    default:
      return undefined;
  }
}
