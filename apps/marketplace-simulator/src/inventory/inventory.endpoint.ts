import { Injectable } from '@nestjs/common';
import { INVENTORY_SUBJECTS } from '@marketplace/contracts';
import { readItems, readObject, readText } from '../messaging/request-reader.js';
import { RequestServer } from '../messaging/request-server.service.js';
import { InventoryService } from './inventory.service.js';

@Injectable()
export class InventoryEndpoint {
  constructor(server: RequestServer, inventory: InventoryService) {
    for (const operation of ['reserve', 'commit', 'release'] as const) {
      server.serve('inventory', INVENTORY_SUBJECTS[operation], (body) => {
        const fields = readObject(body);
        return inventory.handle(operation, {
          reservationId: readText(fields, 'reservationId'),
          operationId: readText(fields, 'operationId'),
          items: readItems(fields, 'items', operation !== 'reserve'),
        });
      });
    }
  }
}
