import { Inject, Injectable } from '@nestjs/common';
import { INVENTORY_SUBJECTS, type ReserveReply, type StockReply, type StockRequest } from '@marketplace/contracts';
import { Config } from '../config/config.js';
import { ServiceRequests } from '../messaging/service-requests.js';

/** Stock, as the Inventory Service keeps it. Every call is idempotent on its operation id, so each may be repeated. */
@Injectable()
export class InventoryClient {
  constructor(
    @Inject(ServiceRequests) private readonly requests: ServiceRequests,
    @Inject(Config) private readonly config: Config,
  ) {}

  /** @throws ServiceUnavailableError after one repeat: then nobody knows whether units are held */
  async reserve(request: StockRequest): Promise<ReserveReply> {
    return this.requests.send<ReserveReply>(INVENTORY_SUBJECTS.reserve, request, {
      timeoutMs: this.config.SERVICE_TIMEOUT_MS,
      retries: 1,
      endsWithRequest: true,
    });
  }

  /** @throws ServiceUnavailableError; the operation stays queued with its order and is asked again */
  async settle(kind: 'commit' | 'release', request: StockRequest): Promise<StockReply> {
    return this.requests.send<StockReply>(INVENTORY_SUBJECTS[kind], request, {
      timeoutMs: this.config.SERVICE_TIMEOUT_MS,
      retries: 0,
      endsWithRequest: false,
    });
  }
}
