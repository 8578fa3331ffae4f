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

/** The most bodies read at once, of known users and of strangers each: reading what nobody wants slows wanted uploads. */
const MOST_READ = 32;

/** Refused uploads whose rest is read, so that their clients see why. Strangers are bounded, in all and for each address. */
export class Lingers {
  readonly #ofAddress = new Map<string, number>();
  #strangers = 0;
  readonly #reading = { known: 0, stranger: 0 };

  /** Takes a stranger's place. Answers how to give it back; null where there is none. */
  enter(address: string | null, { maxStrangerLingers: most }: LingerLimits): (() => void) | null {
    const who = address ?? 'unknown';
    if (this.#strangers >= most || this.#of(who) >= Math.ceil(most / SHARE)) return null;
    this.#take(who, 1);
    return () => this.#take(who, -1);
  }

  /** The same for one of the bodies that are read at once. */
  read(known: boolean): (() => void) | null {
    const whose = known ? 'known' : 'stranger';
    if (this.#reading[whose] >= MOST_READ) return null;
    this.#reading[whose] += 1;
    return () => {
      this.#reading[whose] -= 1;
    };
  }

  #of(who: string): number {
    return this.#ofAddress.get(who) ?? 0;
  }

  #take(who: string, change: 1 | -1): void {
    this.#strangers += change;
    const own = this.#of(who) + change;
    if (own > 0) this.#ofAddress.set(who, own);
    else this.#ofAddress.delete(who);
  }
}

/** One refused upload. */
export interface Refused {
  readonly clock: Clock;
  readonly limits: LingerLimits;
  readonly lingers: Lingers;
  /** Whether the sender's credential was good. */
  readonly known: boolean;
  readonly address: string | null;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly answer: JsonAnswer;
}

/**
 * Answers a request whose body is not wanted, and reads on while it comes: a client that first sends all of it sees the
 * answer, where a closed connection would show it nothing but an error. A body that is too long for that, and one more
 * than may be read at once, stays unread: its client has {@link LINGER_IDLE} to look for the answer. Resolves when the
 * connection is of no more use; at once, with nothing answered yet, for a stranger more than the limits allow.
 */
export async function sendAndLinger(refused: Refused): Promise<void> {
  const { limits, lingers, known, address, request, response, answer } = refused;
  const leave = known ? () => undefined : lingers.enter(address, limits);
  if (leave === null) return;
  const short = Number(request.headers['content-length'] ?? 0) <= limits.maxLingerSize;
  const read = short ? lingers.read(known) : null;
  // All of the answer is sent now; only its end is held back, with which Node closes the connection.
  response.write(writeHead(response, answer, { connection: 'close' }));
  await (read === null ? leftUnread(refused) : lingered(refused).finally(read)).finally(leave);
  response.end();
}

function leftUnread({ clock, request }: Refused): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(LINGER_IDLE, resolve);
    request.once('close', () => {
      cancel();
      resolve();
    });
    request.pause();
  });
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
