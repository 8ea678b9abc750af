import { Global, Module } from '@nestjs/common';
import { Config, parseConfig } from './config.js';

/** The parsed environment, for every module. */
@Global()
@Module({ providers: [{ provide: Config, useFactory: () => parseConfig(process.env) }], exports: [Config] })
export class ConfigModule {}
