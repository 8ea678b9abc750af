import { Module } from '@nestjs/common';
import { WebModule } from '../web/web.module.js';
import { BoardController } from './board.controller.js';

@Module({
  imports: [WebModule],
  controllers: [BoardController],
})
export class BoardModule {}
