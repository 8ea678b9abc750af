import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { InjectConnection, MongooseModule } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { Config } from '../config/config.js';
import { keepConnecting } from './database-schema.js';

const stopped = new AbortController();

/** The connection to MongoDB: majority writes with journal, reads from the primary, no buffering of commands. */
@Module({
  imports: [
    MongooseModule.forRootAsync({
      inject: [Config],
      useFactory: (config: Config) => ({
        uri: config.MONGODB_URI,
        ...connectionOptions(config),
        lazyConnection: true,
        connectionFactory: (connection: Connection): Connection => {
          keepConnecting(connection, config.MONGODB_URI, connectionOptions(config), stopped.signal);
          return connection;
        },
      }),
    }),
  ],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(
    @InjectConnection() private readonly connection: Connection,
    @Inject(Config) readonly config: Config,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    stopped.abort();
    await this.connection.close();
  }
}

export function connectionOptions(config: Config): object {
  return {
    appName: 'order-service',
    bufferCommands: false,
    // Optional fields are left out, not stored as null.
    ignoreUndefined: true,
    autoCreate: false,
    autoIndex: false,
    maxPoolSize: config.MONGODB_POOL_SIZE,
    serverSelectionTimeoutMS: 3_000,
    waitQueueTimeoutMS: 3_000,
    socketTimeoutMS: 20_000,
    retryWrites: true,
    readConcern: { level: 'majority' },
    readPreference: 'primary',
    writeConcern: { w: 'majority', journal: true, wtimeoutMS: 10_000 },
  };
}
