import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { ProblemError } from '@marketplace/contracts';
import type { Response } from 'express';
import { Serves } from '../auth/auth.guard.js';
import { TakesQuery } from '../common/query.guard.js';
import { Assets } from './assets.js';

@ApiExcludeController()
@Controller('assets')
export class AssetsController {
  constructor(@Inject(Assets) private readonly assets: Assets) {}

  /** A name holds the hash of its contents, so whoever has the file need never ask again. */
  @Get(':name')
  @Serves('pages')
  @TakesQuery()
  get(@Param('name') name: string, @Res() response: Response): void {
    const asset = this.assets.get(name);
    if (!asset) throw new ProblemError('not_found', 'there is no such asset');
    response
      .setHeader('Cache-Control', 'public, max-age=31536000, immutable')
      .setHeader('Content-Type', asset.contentType)
      .send(asset.content);
  }
}
