import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuthGuard } from './auth.guard.js';
import { GuestTokens } from './guest-tokens.js';
import { RateLimits } from './rate-limits.js';
import { TokenVerifier } from './token-verifier.js';

@Global()
@Module({
  providers: [GuestTokens, RateLimits, TokenVerifier, { provide: APP_GUARD, useClass: AuthGuard }],
  exports: [GuestTokens, RateLimits, TokenVerifier],
})
export class AuthModule {}
