import { Inject, Injectable } from '@nestjs/common';
import { CATALOG_SUBJECTS, ProblemError, type QuoteReply, type QuoteRequest } from '@marketplace/contracts';
import { log } from '../common/logger.js';
import { Config } from '../config/config.js';
import { quotedLine, type QuotedLine } from './quoted-line.js';
import { ServiceBusyError, ServiceUnavailableError } from '../messaging/service-errors.js';
import { ServiceRequests } from '../messaging/service-requests.js';

/** The price authority: quotes of the Catalog Service. */
@Injectable()
export class CatalogClient {
  constructor(
    @Inject(ServiceRequests) private readonly requests: ServiceRequests,
    @Inject(Config) private readonly config: Config,
  ) {}

  /**
   * Prices for all items, in the order asked. Deadline SERVICE_TIMEOUT_MS, one repeat; it is a read.
   *
   * @throws ProblemError `unknown_sku`, `currency_mismatch`, `catalog_unavailable`
   */
  async quote(request: QuoteRequest): Promise<QuotedLine[]> {
    const reply = await this.#ask(request);
    if (reply.unknown.length > 0) {
      throw new ProblemError('unknown_sku', `the catalog does not know ${reply.unknown.join(', ')}`, {
        unknown: reply.unknown,
      });
    }
    const foreign = reply.items.find((item) => item.unitPrice.currency !== request.currency);
    if (foreign) {
      const { currency } = foreign.unitPrice;
      throw new ProblemError('currency_mismatch', `${foreign.sku} is sold in ${currency}, not in ${request.currency}`);
    }
    const bySku = new Map(reply.items.map((item) => [item.sku, item]));
    return request.items.map(({ sku, quantity }) => {
      const item = bySku.get(sku);
      if (!item) throw new ProblemError('catalog_unavailable', 'the catalog left a product out of its quote');
      return quotedLine(item, quantity);
    });
  }

  async #ask(request: QuoteRequest): Promise<QuoteReply> {
    if (request.items.length === 0) return { items: [], unknown: [] };
    try {
      const limits = { timeoutMs: this.config.SERVICE_TIMEOUT_MS, retries: 1, endsWithRequest: true };
      return await this.requests.send<QuoteReply>(CATALOG_SUBJECTS.quote, request, limits);
    } catch (error) {
      if (!(error instanceof ServiceUnavailableError)) throw error;
      if (error instanceof ServiceBusyError) throw new ProblemError('overloaded', 'too many quotes are wanted at once');
      log.warn({ reason: error.message }, 'no quote');
      throw new ProblemError('catalog_unavailable', 'prices cannot be had at the moment; try again');
    }
  }
}
