import { Injectable } from '@nestjs/common';
import { SIMULATOR_SUBJECTS } from '@marketplace/contracts';
import { readObject } from '../messaging/request-reader.js';
import { RequestServer } from '../messaging/request-server.service.js';
import { DialsService } from './dials.service.js';

@Injectable()
export class DialsEndpoint {
  constructor(server: RequestServer, dials: DialsService) {
    server.serve('simulator', SIMULATOR_SUBJECTS.dials, (body) => {
      const { crash, ...changes } = readObject(body);
      // No clean-up whatsoever: this is what a crash looks like from outside.
      if (crash === true) process.exit(1);
      return dials.turn(changes);
    });
  }
}
