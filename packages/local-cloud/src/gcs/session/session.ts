import type { Segment } from '../../s3/store/types.ts';
import type { GcsError } from '../errors.ts';
import type { GcsObject } from '../store/types.ts';
import { AlignedHashing } from './aligned-hashing.ts';
import type { NewSession } from './types.ts';

/** Chunks but the last are multiples of this many bytes. Source: "Perform resumable uploads", 256 KiB. */
export const quantumBytes: number = 256 * 1024;

/** What a session has come to. */
export type SessionState =
  | { readonly is: 'open' }
  | { readonly is: 'complete'; readonly object: GcsObject }
  /** The object was refused when it was to be made. */
  | { readonly is: 'refused'; readonly error: GcsError }
  | { readonly is: 'cancelled' }
  | { readonly is: 'lapsed' };

/** A resumable upload. */
export class ResumableSession {
  readonly id: string;
  readonly options: NewSession;
  /** Epoch ms. */
  readonly expiresAt: number;
  readonly hashing: AlignedHashing = new AlignedHashing(quantumBytes);
  readonly segments: Segment[] = [];
  state: SessionState = { is: 'open' };
  #queue: Promise<unknown> = Promise.resolve();
  #interrupt: () => void = () => undefined;

  constructor(id: string, options: NewSession, expiresAt: number) {
    this.id = id;
    this.options = options;
    this.expiresAt = expiresAt;
  }

  /** Bytes stored so far. */
  get persisted(): number {
    return this.hashing.committed;
  }

  /** Ends an open session at its age; a finished one keeps its answer. */
  lapse(): void {
    if (this.state.is === 'open') this.state = { is: 'lapsed' };
  }

  /**
   * Runs requests one after the other. One that is still sending when the next comes is cut off, as its client has given
   * it up; what it stored stays.
   */
  async inTurn<Result>(interrupt: () => void, run: () => Promise<Result>): Promise<Result> {
    this.#interrupt();
    this.#interrupt = interrupt;
    const turn = this.#queue.then(run);
    this.#queue = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      if (this.#interrupt === interrupt) this.#interrupt = () => undefined;
    }
  }
}
