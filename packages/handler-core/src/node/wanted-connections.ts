import type { buildConnector } from 'undici';
import { TransferError } from '../errors/transfer-error.ts';

/**
 * Lets connections be made only while a request waits for one. When a request is aborted, undici keeps it in its queue
 * for a moment, and connects anew for it: a stop would open a socket for nobody.
 */
export class WantedConnections {
  readonly #waiting = new Map<string, number>();

  /** A request waits. The answer tells that it waits no more: it has a connection, or was given up. Call it once or more. */
  wanted(origin: string): () => void {
    this.#count(origin, 1);
    let over = false;
    return () => {
      if (!over) this.#count(origin, -1);
      over = true;
    };
  }

  /** Connects as given, if anybody waits. */
  connector(connect: buildConnector.connector): buildConnector.connector {
    return (target, callback) => {
      const { protocol, host } = target;
      if ((this.#waiting.get(`${protocol}//${host}`) ?? 0) > 0) connect(target, callback);
      else callback(new TransferError('stopped', 'nobody waits for this connection any more'), null);
    };
  }

  #count(origin: string, change: number): void {
    const count = (this.#waiting.get(origin) ?? 0) + change;
    if (count > 0) this.#waiting.set(origin, count);
    else this.#waiting.delete(origin);
  }
}
