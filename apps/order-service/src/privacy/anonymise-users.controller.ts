import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Caller, Serves } from '../auth/auth.guard.js';
import type { Principal } from '../auth/principal.js';
import { ApiProblems, ApiReply, ApiRequest, KEY_PROBLEMS } from '../common/openapi.js';
import type { Reply } from '../common/reply.js';
import { Idempotent, type IdempotentRequest } from '../common/request-headers.js';
import { AnonymiseDto } from '../orders/dto/anonymise.dto.js';
import { UserPathDto } from '../orders/dto/order-requests.dto.js';
import { AnonymiseUsers } from './anonymise-users.service.js';
import { AnonymisationDto } from './dto/anonymisation.dto.js';

@ApiTags('privacy')
@Controller('users/:userId/anonymise')
export class AnonymiseUsersController {
  constructor(@Inject(AnonymiseUsers) private readonly users: AnonymiseUsers) {}

  /**
   * Takes out of all carts and orders of a user what tells whose they are; money, units and events stay.
   * @remarks It is done in the background, and asking again changes nothing while it runs; once it is done, asking again begins anew, unless
   * the Idempotency-Key is that of a request before. Orders that vendors have still to send are anonymised when they have ended, or at
   * once with `includeOpen`.
   */
  @Post()
  @HttpCode(202)
  @Serves('users.anonymise')
  @ApiRequest({ token: 'required', idempotent: true })
  @ApiReply({ status: 202, description: 'It is under way', type: AnonymisationDto }, true)
  @ApiProblems('validation_failed', 'malformed_json', 'forbidden', 'overloaded', ...KEY_PROBLEMS)
  async request(
    @Caller() caller: Principal,
    @Param() { userId }: UserPathDto,
    @Body() body?: AnonymiseDto,
    @Idempotent() idempotent?: IdempotentRequest,
  ): Promise<Reply<AnonymisationDto>> {
    return this.users.request(caller, userId, body?.includeOpen ?? false, idempotent);
  }

  /** How far it has come, and what still names the user. */
  @Get()
  @Serves('users.anonymise')
  @ApiRequest({ token: 'required' })
  @ApiReply({ status: 200, description: 'The state of it', type: AnonymisationDto })
  @ApiProblems('validation_failed', 'forbidden', 'not_found')
  async progress(@Param() { userId }: UserPathDto): Promise<AnonymisationDto> {
    return this.users.progress(userId);
  }
}
