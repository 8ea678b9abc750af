import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Whoever connects sends a request at once; one that is on its way when the process stops is still served. */
const UNUSED_GRACE_MS = 300;

/**
 * The connections of an HTTP server, by whether they have a request under way. Node.js ends idle ones when a server closes, but not
 * those that have never sent a request, and these would hold up the end of the process.
 */
export class HttpConnections {
  /** Requests under way; undefined before the first one. */
  readonly #requests = new Map<Socket, number | undefined>();
  #isClosing = false;

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => this.#add(socket));
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const { socket } = request;
      this.#requests.set(socket, (this.#requests.get(socket) ?? 0) + 1);
      response.once('close', () => this.#finished(socket));
    });
  }

  get size(): number {
    return this.#requests.size;
  }

  /** Ends connections as soon as they have no request under way, and takes no further ones. */
  endIdle(): void {
    this.#isClosing = true;
    for (const [socket, requests] of this.#requests) if (requests === 0) socket.destroy();
    setTimeout(() => {
      for (const [socket, requests] of this.#requests) if (requests === undefined) socket.destroy();
    }, UNUSED_GRACE_MS).unref();
  }

  /** Ends all connections, whatever is under way on them. */
  cut(): void {
    for (const socket of this.#requests.keys()) socket.destroy();
  }

  #add(socket: Socket): void {
    this.#requests.set(socket, undefined);
    socket.once('close', () => this.#requests.delete(socket));
  }

  #finished(socket: Socket): void {
    const requests = this.#requests.get(socket);
    if (requests === undefined) return;
    this.#requests.set(socket, requests - 1);
    // Its reply may still be on its way to the network.
    if (this.#isClosing && requests === 1) socket.end();
  }
}
