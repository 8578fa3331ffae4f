import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { TransferError } from '@mesibo-files/handler-core';
import { SECOND } from '@mesibo-files/handler-core/provider';
import type { ServerContext } from '../context/context.ts';
import { Refusal } from '../http/refusal.ts';
import { refuse } from './client-error.ts';

/** So many above the maximum get an answer at once; those beyond are closed without one. */
const ANSWERED = 64;

/** How often what was turned away is told. */
const TOLD_EVERY = 10 * SECOND;

/**
 * Connections above the maximum. They are told so, where that is cheap, and nothing of them is read; whoever looks after
 * the server is told of the others.
 */
export class Surplus {
  readonly #context: ServerContext;
  readonly #sockets = new WeakSet<Socket>();
  #open = 0;
  #turnedAway = 0;
  #telling = false;

  constructor(server: Server, context: ServerContext) {
    this.#context = context;
    const { maxConnections } = context.limits;
    server.maxConnections = maxConnections + ANSWERED;
    server.on('drop', () => this.#tell());
    server.on('connection', (socket) => {
      this.#open += 1;
      socket.once('close', () => {
        this.#open -= 1;
      });
      if (this.#open <= maxConnections) return;
      this.#sockets.add(socket);
      this.#tell();
      const headers = { 'retry-after': '1' };
      refuse(
        context,
        new Refusal('too-many-connections', 'This server has no room for more.', headers),
        socket,
      );
    });
    // Accepting fails when no descriptor is left. The next one is accepted all the same.
    server.on('error', (cause) => {
      const error = new TransferError('throttled', `a connection can not be accepted: ${cause.message}`, {
        cause,
      });
      context.emit({ type: 'fault', requestId: 'none', doing: 'connections', error });
    });
  }

  /** Whether it was refused already: what comes on it is answered by nobody. */
  has(socket: Socket): boolean {
    return this.#sockets.has(socket);
  }

  #tell(): void {
    this.#turnedAway += 1;
    if (this.#telling) return;
    this.#telling = true;
    const { clock, limits, emit } = this.#context;
    const tell = (): void => {
      const message = `${this.#turnedAway} connections were turned away: ${limits.maxConnections} are open`;
      this.#turnedAway = 0;
      this.#telling = false;
      const error = new TransferError('throttled', message);
      emit({ type: 'fault', requestId: 'none', doing: 'connections', error });
    };
    clock.after(TOLD_EVERY, tell);
  }
}
