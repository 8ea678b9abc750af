import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuthGuard } from './auth.guard.js';
import { GuestTokens } from './guest-tokens.js';
import { RateLimits } from './rate-limits.js';
import { TokenVerifier } from './token-verifier.js';
import { TrackingTokens } from './tracking-tokens.js';

@Global()
@Module({
  providers: [GuestTokens, RateLimits, TokenVerifier, TrackingTokens, { provide: APP_GUARD, useClass: AuthGuard }],
  exports: [GuestTokens, RateLimits, TokenVerifier, TrackingTokens],
})
export class AuthModule {}
