import { Inject, Injectable } from '@nestjs/common';
import { money } from '@marketplace/domain';
import type { Scope } from '../auth/principal.js';
import { ledgerOf } from './domain/ledger.js';
import type { Ledger, LedgerEntry, OutstandingOperation } from './domain/ledger-entry.js';
import type { LedgerDto, LedgerEntryDto, OutstandingOperationDto } from './dto/ledger.dto.js';
import { ReadOrders } from './read-orders.service.js';

/** The money of an order, entry by entry: the whole for staff, its own part for a vendor. */
@Injectable()
export class ReadLedger {
  constructor(@Inject(ReadOrders) private readonly orders: ReadOrders) {}

  /** @throws ProblemError `not_found` */
  async read(orderId: string, scope: Scope): Promise<LedgerDto> {
    const order = await this.orders.get(orderId, scope);
    const vendorId = scope.everything ? undefined : scope.vendorId;
    return present(orderId, order.currency, ledgerOf(order, vendorId), scope.everything);
  }
}

function present(orderId: string, currency: string, ledger: Ledger, whole: boolean): LedgerDto {
  const { authorized, voided, ...own } = ledger.totals;
  return {
    orderId,
    currency,
    entries: ledger.entries.map((entry) => presentEntry(entry, currency, whole)),
    totals: {
      placed: money(own.placed, currency),
      cancelled: money(own.cancelled, currency),
      ...(whole ? { authorized: money(authorized, currency), voided: money(voided, currency) } : {}),
      captured: money(own.captured, currency),
      refunded: money(own.refunded, currency),
      commission: money(own.commission, currency),
      payout: money(own.payout, currency),
    },
    outstanding: ledger.outstanding.map((operation) => presentOutstanding(operation, currency, whole)),
  };
}

function presentEntry(entry: LedgerEntry, currency: string, whole: boolean): LedgerEntryDto {
  const { amountMinor, tenderId, idempotencyKey, cause, ...shown } = entry;
  return {
    ...shown,
    amount: money(amountMinor, currency),
    cause: { ...cause },
    ...(whole && tenderId !== undefined ? { tenderId } : {}),
    ...(whole && idempotencyKey !== undefined ? { idempotencyKey } : {}),
  };
}

function presentOutstanding(
  operation: OutstandingOperation,
  currency: string,
  whole: boolean,
): OutstandingOperationDto {
  const { amountMinor, tenderId, idempotencyKey, attempts, lastError, cause, ...shown } = operation;
  return {
    ...shown,
    amount: money(amountMinor, currency),
    cause: { ...cause },
    ...(whole ? { tenderId, idempotencyKey, attempts } : {}),
    ...(whole && lastError !== undefined ? { lastError } : {}),
  };
}
