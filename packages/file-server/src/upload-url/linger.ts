import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Clock, SECOND } from '@mesibo-files/handler-core/provider';
import type { Limits } from '../context/limits.ts';
import { type JsonAnswer, writeHead } from './answer.ts';

type LingerLimits = Pick<Limits, 'maxLingerSize' | 'maxStrangerLingers'>;

/** So long at most is the rest of a refused upload read. */
const LINGER_TIME = 30 * SECOND;

/** So long may nothing come of it. */
const LINGER_IDLE = 5 * SECOND;

/** Of one address no more than this share of the strangers' places. */
const SHARE = 8;

/** Refused uploads of strangers whose rest is read, so that they see why: bounded in number, in all and for each address. */
export class Lingers {
  readonly #ofAddress = new Map<string, number>();
  #count = 0;

  /** Takes a place. Answers how to give it back; null where there is none. */
  enter(address: string | null, { maxStrangerLingers: most }: LingerLimits): (() => void) | null {
    const who = address ?? 'unknown';
    if (this.#count >= most || this.#of(who) >= Math.ceil(most / SHARE)) return null;
    this.#take(who, 1);
    return () => this.#take(who, -1);
  }

  #of(who: string): number {
    return this.#ofAddress.get(who) ?? 0;
  }

  #take(who: string, change: 1 | -1): void {
    this.#count += change;
    const own = this.#of(who) + change;
    if (own > 0) this.#ofAddress.set(who, own);
    else this.#ofAddress.delete(who);
  }
}

/** One refused upload. */
export interface Refused {
  readonly clock: Clock;
  readonly limits: LingerLimits;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly answer: JsonAnswer;
}

/**
 * Answers a request whose body is not wanted, and reads on while it comes: a client that first sends all of it sees the
 * answer, where a closed connection would show it nothing but an error. Resolves when the connection is of no more use.
 */
export async function sendAndLinger(refused: Refused): Promise<void> {
  const { response, answer } = refused;
  // All of the answer is sent now; only its end is held back, with which Node closes the connection.
  response.write(writeHead(response, answer, { connection: 'close' }));
  await lingered(refused);
  response.end();
}

function lingered({ clock, limits, request }: Refused): Promise<void> {
  return new Promise((resolve) => {
    let left = limits.maxLingerSize;
    let moved = clock.monotonic();
    const until = moved + LINGER_TIME;
    let cancel = (): void => undefined;
    const onData = (chunk: Uint8Array): void => {
      moved = clock.monotonic();
      left -= chunk.length;
      if (left < 0) end();
    };
    const end = (): void => {
      cancel();
      request.off('data', onData);
      resolve();
    };
    // It only leaves a time: a timer for each chunk would cost too much.
    const look = (): void => {
      const wait = Math.min(moved + LINGER_IDLE, until) - clock.monotonic();
      if (wait > 0) cancel = clock.after(wait, look);
      else end();
    };
    look();
    request.on('data', onData);
    request.once('close', end);
    request.once('end', end);
    request.resume();
  });
}
