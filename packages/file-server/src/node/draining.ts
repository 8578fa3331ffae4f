import type { Server } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { SECOND } from '@mesibo-files/handler-core/provider';
import type { ServerContext } from '../context/context.ts';
import type { Exchanges } from './exchanges.ts';

/**
 * A connection that was used so lately may bring a request that is on its way: it is closed by the answer to that, or when
 * none has come for so long. Whoever waited longer is closed at once.
 */
const LINGER = SECOND;

/** How a server ended. */
export interface Ending {
  /** Requests that were cut off, because they ran longer than the server waits. 0: each was answered. */
  readonly cutOff: number;
}

/** The most turns of the event loop that are waited for a quick one, and what is quick, in milliseconds. */
const MOST_TURNS = 100;
const QUICK = 1;

/**
 * Calls back after a turn of the event loop that was quick. The system resets connections that wait to be taken when it
 * closes a listener; each turn begins by taking all, so that after a quick one hardly any can wait.
 */
function whenQuick(callback: () => void, turns: number = MOST_TURNS): void {
  const began = performance.now();
  setImmediate(() => {
    if (turns === 0 || performance.now() - began < QUICK) callback();
    else whenQuick(callback, turns - 1);
  });
}

/** Ends a server's connections, each when its last answer is sent. */
export class Draining {
  readonly #server: Server;
  readonly #exchanges: Exchanges;
  readonly #context: ServerContext;
  /** When each connection was used last, in milliseconds. */
  readonly #used = new Map<Socket, number>();
  #state: 'open' | 'leaving' | 'closed' = 'open';
  #cutOff = 0;

  constructor(server: Server, exchanges: Exchanges, context: ServerContext) {
    this.#server = server;
    this.#exchanges = exchanges;
    this.#context = context;
    server.on('connection', (socket) => {
      this.#used.set(socket, context.clock.monotonic());
      socket.once('close', () => this.#used.delete(socket));
    });
  }

  /** Whether it is about to end. */
  get draining(): boolean {
    return this.#state !== 'open';
  }

  get ending(): Ending {
    return { cutOff: this.#cutOff };
  }

  /**
   * Says that it is not ready, goes on for so many milliseconds, then takes no new connection, and closes those that have
   * nothing to do. What runs longer than it may is cut off.
   */
  start(delay: number): void {
    const { clock, readiness } = this.#context;
    this.#state = 'leaving';
    readiness.leave();
    // Each answer from now on tells its client to come back on another connection.
    for (const socket of this.#used.keys()) {
      for (const { response } of this.#exchanges.of(socket)) {
        if (!response.headersSent) response.setHeader('connection', 'close');
      }
    }
    if (delay > 0) clock.after(delay, () => this.#close());
    else this.#close();
  }

  #close(): void {
    const { clock, limits } = this.#context;
    this.#state = 'closed';
    const cancel = clock.after(limits.shutdownTimeout, () => this.cutOff());
    this.#server.once('close', () => {
      cancel();
      // Stops the timer that looks for slow requests; there is nothing else left to close.
      this.#server.close(() => undefined);
    });
    whenQuick(() => {
      // The close of node:http would destroy connections whose answer is still on its way to a slow reader.
      NetServer.prototype.close.call(this.#server);
      for (const socket of this.#used.keys()) this.#endIfIdle(socket);
    });
  }

  /** Call it whenever an answer of this connection is over. */
  answered(socket: Socket): void {
    if (!this.#used.has(socket)) return;
    this.#used.set(socket, this.#context.clock.monotonic());
    if (this.#state === 'closed') this.#endIfIdle(socket);
  }

  #endIfIdle(socket: Socket): void {
    const used = this.#used.get(socket);
    if (used === undefined || this.#exchanges.of(socket).length > 0) return;
    const { clock } = this.#context;
    const left = used + LINGER - clock.monotonic();
    if (left <= 0) {
      socket.destroySoon();
      return;
    }
    const cancel = clock.after(left, () => this.#endIfIdle(socket));
    socket.once('close', cancel);
  }

  cutOff(): void {
    for (const socket of this.#used.keys()) {
      this.#cutOff += this.#exchanges.of(socket).length;
      socket.destroy();
    }
  }
}
