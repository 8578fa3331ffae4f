import type { Server } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import type { ServerContext } from '../context/context.ts';
import type { Exchanges } from './exchanges.ts';

/** Ends a server's connections, each when its last answer is sent. */
export class Draining {
  readonly #server: Server;
  readonly #exchanges: Exchanges;
  readonly #sockets = new Set<Socket>();
  #draining = false;

  constructor(server: Server, exchanges: Exchanges) {
    this.#server = server;
    this.#exchanges = exchanges;
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /** Whether no new request is taken. */
  get draining(): boolean {
    return this.#draining;
  }

  /** Takes no new connection, and ends those that have nothing to do; what runs longer than it may is cut off. */
  start({ clock, limits }: ServerContext): void {
    this.#draining = true;
    const cancel = clock.after(limits.shutdownTimeout, () => this.cutOff());
    this.#server.once('close', () => {
      cancel();
      // Stops the timer that looks for slow requests; there is nothing else left to close.
      this.#server.close(() => undefined);
    });
    // The close of node:http would destroy connections whose answer is still on its way to a slow reader.
    NetServer.prototype.close.call(this.#server);
    for (const socket of this.#sockets) this.endIfIdle(socket);
  }

  /** To be called whenever an answer of this connection is over. */
  endIfIdle(socket: Socket): void {
    if (this.#draining && this.#exchanges.of(socket).length === 0) socket.destroySoon();
  }

  cutOff(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
