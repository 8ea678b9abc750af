import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Serves } from '../../auth/auth.guard.js';
import { ApiProblems, ApiReply, ApiRequest } from '../../common/openapi.js';
import { TrackingMailRequests } from '../../orders/tracking-mail-requests.service.js';
import { OrderLookupDto, OrderLookupReplyDto } from '../dto/tracking-links.dto.js';

const REPLY: OrderLookupReplyDto = {
  message: 'If there is such an order, a link to it is on its way to that address.',
};

@ApiTags('tracking')
@Controller('orders')
export class OrderLookupController {
  constructor(@Inject(TrackingMailRequests) private readonly requests: TrackingMailRequests) {}

  /**
   * A way back to an order without an account: mails a link to the address that it was placed with.
   * @remarks Answers the same whether or not there is such an order. After a mail, further requests send nothing for five minutes, so a
   * repetition needs no Idempotency-Key.
   */
  @Post('lookup')
  @HttpCode(202)
  @Serves('orders.lookup')
  @ApiRequest({ token: 'optional' })
  @ApiReply({ status: 202, description: 'Understood', type: OrderLookupReplyDto })
  @ApiProblems('validation_failed', 'malformed_json', 'body_too_large', 'unsupported_media_type', 'overloaded')
  async lookUpOrder(@Body() { number, email }: OrderLookupDto): Promise<OrderLookupReplyDto> {
    await this.requests.ask(number, email);
    return REPLY;
  }
}
