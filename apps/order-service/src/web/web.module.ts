import { Module } from '@nestjs/common';
import { AssetsController } from './assets.controller.js';
import { Assets } from './assets.js';
import { Pages } from './page.js';

/** How pages for people are made and served: their scripts, their style sheet and their headers. */
@Module({
  controllers: [AssetsController],
  providers: [{ provide: Assets, useFactory: () => Assets.load() }, Pages],
  exports: [Pages],
})
export class WebModule {}
