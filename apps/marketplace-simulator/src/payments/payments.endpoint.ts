import { Injectable } from '@nestjs/common';
import { PAYMENT_SUBJECTS, SIMULATOR_SUBJECTS } from '@marketplace/contracts';
import { readObject, readText } from '../messaging/request-reader.js';
import { RequestServer } from '../messaging/request-server.service.js';
import { readAuthorizeRequest, readGetRequest, readMoveRequest, readVoidRequest } from './payment-requests.js';
import { PaymentsService } from './payments.service.js';

@Injectable()
export class PaymentsEndpoint {
  constructor(server: RequestServer, payments: PaymentsService) {
    server.serve('payments', PAYMENT_SUBJECTS.authorize, (body) => payments.authorize(readAuthorizeRequest(body)));
    server.serve('payments', PAYMENT_SUBJECTS.capture, (body) => payments.move('capture', readMoveRequest(body)));
    server.serve('payments', PAYMENT_SUBJECTS.refund, (body) => payments.move('refund', readMoveRequest(body)));
    server.serve('payments', PAYMENT_SUBJECTS.void, (body) => payments.void(readVoidRequest(body)));
    server.serve('payments', PAYMENT_SUBJECTS.get, (body) => payments.get(readGetRequest(body)));
    server.serve('simulator', SIMULATOR_SUBJECTS.confirm, (body) =>
      payments.confirm(readText(readObject(body), 'orderId')),
    );
  }
}
