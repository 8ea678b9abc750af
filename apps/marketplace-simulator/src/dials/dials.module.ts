import { Module } from '@nestjs/common';
import { DialsService } from './dials.service.js';

@Module({ providers: [DialsService], exports: [DialsService] })
export class DialsModule {}
