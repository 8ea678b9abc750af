import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection, mongo } from 'mongoose';

/** How the connections to MongoDB are used, as the driver tells it (Connection Monitoring and Pooling). */
@Injectable()
export class PoolFigures implements OnModuleInit {
  readonly failures = new Map<string, number>();
  /** By server: each has a pool of its own, with ids of its own. */
  readonly #open = new Set<string>();
  readonly #inUse = new Set<string>();
  readonly #clients = new WeakSet<mongo.MongoClient>();
  #waiting = 0;

  constructor(@Inject(getConnectionToken()) private readonly connection: Connection) {}

  onModuleInit(): void {
    // The client is another one with every attempt to connect, and tells of itself before its first operation.
    this.connection.on('connected', () => this.#watch(this.connection.getClient()));
    // It may have been quicker than the start of the service: it has a database once it is connected.
    if (this.connection.db !== undefined) this.#watch(this.connection.getClient());
  }

  get waiting(): number {
    return this.#waiting;
  }

  connections(): [string, number][] {
    return [
      ['in_use', this.#inUse.size],
      ['idle', this.#open.size - this.#inUse.size],
    ];
  }

  #watch(client: mongo.MongoClient): void {
    if (this.#clients.has(client)) return;
    this.#clients.add(client);
    client.on('connectionCreated', (event) => this.#open.add(idOf(event)));
    client.on('connectionClosed', (event) => {
      this.#open.delete(idOf(event));
      this.#inUse.delete(idOf(event));
    });
    client.on('connectionCheckOutStarted', () => {
      this.#waiting += 1;
    });
    client.on('connectionCheckedOut', (event) => {
      this.#waiting -= 1;
      // One may have been made while the client connected, before anybody listened.
      this.#open.add(idOf(event));
      this.#inUse.add(idOf(event));
    });
    client.on('connectionCheckOutFailed', ({ reason }) => {
      this.#waiting -= 1;
      this.failures.set(reason, (this.failures.get(reason) ?? 0) + 1);
    });
    client.on('connectionCheckedIn', (event) => this.#inUse.delete(idOf(event)));
  }
}

function idOf({ address, connectionId }: { address: string; connectionId: number | '<monitor>' }): string {
  return `${address}/${connectionId}`;
}
