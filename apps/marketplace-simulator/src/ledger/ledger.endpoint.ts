import { Injectable } from '@nestjs/common';
import { SIMULATOR_SUBJECTS } from '@marketplace/contracts';
import { readObject, readOptionalText } from '../messaging/request-reader.js';
import { RequestServer } from '../messaging/request-server.service.js';
import { LedgerService } from './ledger.service.js';

@Injectable()
export class LedgerEndpoint {
  constructor(server: RequestServer, ledger: LedgerService) {
    server.serve('simulator', SIMULATOR_SUBJECTS.ledger, (body) => {
      const fields = readObject(body);
      const orderId = readOptionalText(fields, 'orderId');
      const cursor = readOptionalText(fields, 'cursor');
      return ledger.page({ ...(orderId !== undefined && { orderId }), ...(cursor !== undefined && { cursor }) });
    });
  }
}
