import { EventEmitter } from 'node:events';
import type { Connection } from 'mongoose';
import { PoolFigures } from './pool-figures.js';

function connected(): { figures: PoolFigures; client: EventEmitter } {
  const client = new EventEmitter();
  const connection = Object.assign(new EventEmitter(), { getClient: () => client });
  const figures = new PoolFigures(connection as unknown as Connection);
  figures.onModuleInit();
  connection.emit('connected');
  // mongoose says it again when the servers are back.
  connection.emit('connected');
  return { figures, client };
}

const of = (connectionId: number, address = 'a:1') => ({ address, connectionId });

describe('the figures of the pool', () => {
  it('tell connections in use from idle ones, server by server', () => {
    const { figures, client } = connected();
    for (const event of [of(1), of(2), of(1, 'b:1')]) {
      client.emit('connectionCreated', event);
      client.emit('connectionCheckOutStarted', {});
      client.emit('connectionCheckedOut', event);
    }
    client.emit('connectionCheckedIn', of(2));
    expect(figures.connections()).toEqual([
      ['in_use', 2],
      ['idle', 1],
    ]);
    client.emit('connectionClosed', of(1));
    client.emit('connectionClosed', of(2));
    expect(figures.connections()).toEqual([
      ['in_use', 1],
      ['idle', 0],
    ]);
    expect(figures.waiting).toBe(0);
  });

  it('tell what waits for a connection, and what did not get one', () => {
    const { figures, client } = connected();
    client.emit('connectionCheckOutStarted', {});
    client.emit('connectionCheckOutStarted', {});
    expect(figures.waiting).toBe(2);
    client.emit('connectionCheckOutFailed', { reason: 'timeout' });
    expect(figures.waiting).toBe(1);
    expect([...figures.failures]).toEqual([['timeout', 1]]);
  });

  it('are told by a client that was connected before the service had started', () => {
    const client = new EventEmitter();
    const connection = Object.assign(new EventEmitter(), { getClient: () => client, db: {} });
    const figures = new PoolFigures(connection as unknown as Connection);
    figures.onModuleInit();
    client.emit('connectionCreated', of(1));
    expect(figures.connections()).toEqual([
      ['in_use', 0],
      ['idle', 1],
    ]);
  });

  it('know a connection that was made before anybody listened', () => {
    const { figures, client } = connected();
    client.emit('connectionCheckedOut', of(7));
    expect(figures.connections()[0]).toEqual(['in_use', 1]);
  });
});
