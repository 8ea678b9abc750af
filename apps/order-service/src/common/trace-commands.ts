import { startWithin, type OpenSpan } from '@marketplace/tracing';
import type { mongo } from 'mongoose';

/**
 * A span for each command that a client sends to MongoDB, as the driver tells it (Command Monitoring): the events come in the context
 * of whoever asked for the command. What the command holds stays out.
 */
export function traceCommands(client: mongo.MongoClient): void {
  const open = new Map<number, OpenSpan>();
  const take = (requestId: number): OpenSpan | undefined => {
    const span = open.get(requestId);
    open.delete(requestId);
    return span;
  };
  client.on('commandStarted', (event) => {
    const span = startWithin(workOf(event));
    if (span) open.set(event.requestId, span);
  });
  client.on('commandSucceeded', ({ requestId }) => take(requestId)?.end());
  client.on('commandFailed', ({ requestId, failure }) => take(requestId)?.endFailed(failure));
}

function workOf({
  commandName,
  command,
  databaseName,
  address,
}: mongo.CommandStartedEvent): Parameters<typeof startWithin>[0] {
  const target: unknown = command[commandName === 'getMore' ? 'collection' : commandName];
  const collection = typeof target === 'string' ? target : undefined;
  return {
    name: collection === undefined ? commandName : `${commandName} ${collection}`,
    kind: 'client',
    attributes: {
      'db.system.name': 'mongodb',
      'db.namespace': databaseName,
      'db.operation.name': commandName,
      ...(collection === undefined ? {} : { 'db.collection.name': collection }),
      'server.address': address,
    },
  };
}
