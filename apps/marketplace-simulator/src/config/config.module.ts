import { Global, Module } from '@nestjs/common';
import { readConfig, SimulatorConfig } from './simulator-config.js';

@Global()
@Module({
  providers: [{ provide: SimulatorConfig, useFactory: () => readConfig(process.env) }],
  exports: [SimulatorConfig],
})
export class ConfigModule {}
