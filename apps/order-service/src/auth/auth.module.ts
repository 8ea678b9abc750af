import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuthGuard } from './auth.guard.js';
import { GuestTokens } from './guest-tokens.js';
import { TokenVerifier } from './token-verifier.js';
import { TrackingTokens } from './tracking-tokens.js';

@Global()
@Module({
  providers: [GuestTokens, TokenVerifier, TrackingTokens, { provide: APP_GUARD, useClass: AuthGuard }],
  exports: [GuestTokens, TokenVerifier, TrackingTokens],
})
export class AuthModule {}
