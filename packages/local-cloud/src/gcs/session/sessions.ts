import { randomBytes } from 'node:crypto';
import { quantumBytes, ResumableSession } from './session.ts';
import type { NewSession } from './types.ts';

/** How long a session lives. Source: "Resumable uploads", considerations: one week. */
const sessionLifetime = 7 * 24 * 3600 * 1000;

/** All resumable sessions of one server. Their ids are secrets: who knows one may upload. */
export class Sessions {
  readonly #byId = new Map<string, ResumableSession>();
  readonly #now: () => number;
  #storesOnly: number | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  open(options: NewSession): ResumableSession {
    const id = randomBytes(72).toString('base64url');
    const session = new ResumableSession(id, options, this.#now() + sessionLifetime);
    this.#byId.set(id, session);
    return session;
  }

  /** The session; one that is too old is in state `lapsed`. */
  find(id: string): ResumableSession | undefined {
    const session = this.#byId.get(id);
    if (session !== undefined && this.#now() > session.expiresAt) session.lapse();
    return session;
  }

  /** Makes the next chunk of any session be stored only in part, as the real service may do. */
  storesOnly(bytes: number): void {
    if (!(bytes >= 0) || bytes % quantumBytes !== 0) {
      throw new RangeError(`sessionStoresOnly wants a multiple of ${quantumBytes} bytes`);
    }
    this.#storesOnly = bytes;
  }

  /** Most bytes to store of the chunk that comes now. */
  takeLimit(): number {
    const limit = this.#storesOnly ?? Number.POSITIVE_INFINITY;
    this.#storesOnly = undefined;
    return limit;
  }
}
