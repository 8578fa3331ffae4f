import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { onceClosed } from '../http/socket-closes.ts';

/** A request that is being answered. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Resolves when it is answered, or its connection is gone. */
  readonly over: Promise<void>;
}

/**
 * When a connection closes, Node tells only the response whose turn it is. Whoever waits for another one to be sent, or to
 * fail, would wait for ever.
 */
function tellClosed(response: ServerResponse): void {
  if (!response.closed) response.destroy().emit('close');
}

/** The requests of each connection, oldest first: a client may send several before it has an answer. */
export class Exchanges {
  readonly #ofSocket = new WeakMap<Duplex, Set<Exchange>>();

  /** Notes a request until it is answered, and tells then. */
  enter(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { socket } = request;
    const running = this.#ofSocket.get(socket) ?? new Set();
    this.#ofSocket.set(socket, running);
    const over = new Promise<void>((resolve) => response.once('close', resolve));
    const exchange = { request, response, over };
    running.add(exchange);
    const forget = onceClosed(socket, () => setImmediate(tellClosed, response));
    return over.then(() => {
      forget();
      running.delete(exchange);
    });
  }

  /** Resolves when the requests that came whole on this connection are answered. */
  async answered(socket: Duplex): Promise<void> {
    const whole = this.of(socket).filter(({ request }) => request.complete);
    await Promise.all(whole.map(({ over }) => over));
  }

  /** The exchange that is being answered on this connection. */
  of(socket: Duplex): readonly Exchange[] {
    return [...(this.#ofSocket.get(socket) ?? [])];
  }
}
