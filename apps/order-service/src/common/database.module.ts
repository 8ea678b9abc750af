import { Global, Module, type BeforeApplicationShutdown } from '@nestjs/common';
import { InjectConnection, MongooseModule } from '@nestjs/mongoose';
import { isTracing } from '@marketplace/tracing';
import mongoose, { type Connection } from 'mongoose';
import { Config } from '../config/config.js';
import { Elections } from './elections.js';
import { keepConnecting } from './database-schema.js';
import { traceCommands } from './trace-commands.js';

const stopped = new AbortController();

/** The connection to MongoDB: majority writes with journal, reads from the primary, no buffering of commands. */
@Global()
@Module({
  providers: [Elections],
  exports: [Elections],
  imports: [
    MongooseModule.forRootAsync({
      inject: [Config],
      useFactory: (config: Config) => ({
        uri: config.MONGODB_URI,
        ...connectionOptions(config),
        lazyConnection: true,
        connectionFactory: (connection: Connection): Connection => {
          if (isTracing()) connection.on('connected', () => traceCommands(connection.getClient()));
          keepConnecting(connection, config.MONGODB_URI, connectionOptions(config), stopped.signal);
          return connection;
        },
      }),
    }),
  ],
})
export class DatabaseModule implements BeforeApplicationShutdown {
  constructor(@InjectConnection() private readonly connection: Connection) {}

  /** The connection itself is closed by Nest's module; but that would wait for an attempt to connect that is under way. */
  async beforeApplicationShutdown(): Promise<void> {
    stopped.abort();
    if (this.connection.readyState === mongoose.ConnectionStates.connecting) await this.connection.getClient().close();
  }
}

export function connectionOptions(config: Config): object {
  return {
    appName: 'order-service',
    monitorCommands: isTracing(),
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
