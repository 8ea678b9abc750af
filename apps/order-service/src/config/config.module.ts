import { Global, Module } from '@nestjs/common';
import { Config } from './config.js';
import { parseConfig } from './parse-config.js';

/** The parsed environment, for every module. */
@Global()
@Module({ providers: [{ provide: Config, useFactory: () => parseConfig(process.env) }], exports: [Config] })
export class ConfigModule {}
