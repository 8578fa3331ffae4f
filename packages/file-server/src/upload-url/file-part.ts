import type { Readable } from 'node:stream';
import { TransferError } from '@mesibo-files/handler-core';

interface Wanted {
  readonly into: Uint8Array;
  filled: number;
  readonly resolve: (bytes: number) => void;
  readonly reject: (error: unknown) => void;
}

interface Gathering {
  readonly most: number;
  readonly resolve: (chunks: readonly Uint8Array[] | null) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The file of a form. Nothing of it is read before it is asked for, and then no more than that: the socket waits. Chunks
 * are copied once, from the memory that the socket read into to where they are sent from.
 */
export class FilePart {
  /** As the client states it; may have folders and worse in it. */
  readonly name: string;
  /** As the client states it. */
  readonly contentType: string;
  readonly #stream: Readable;
  /** Resolves when the whole form came and was in order. Until then a file is not whole. */
  readonly #whole: Promise<void>;
  #waiting: Uint8Array[] = [];
  #wanted: Wanted | null = null;
  #gathering: Gathering | null = null;
  #received = 0;
  #limit: number;
  #why: TransferError;
  #ended = false;
  #failure: { readonly error: unknown } | null = null;

  /** @param limit - the most bytes, until {@link limitTo} lowers it */
  constructor(
    stream: Readable,
    facts: { readonly name: string; readonly contentType: string },
    whole: Promise<void>,
    limit: number,
  ) {
    this.name = facts.name;
    this.contentType = facts.contentType;
    this.#stream = stream;
    this.#whole = whole;
    this.#limit = limit;
    this.#why = tooLarge(limit);
    // Paused first: a listener alone would set it flowing.
    stream.pause();
    stream.on('data', (chunk: Uint8Array) => this.#take(chunk));
    stream.on('end', () => this.#end());
    stream.on('error', (error) => this.fail(error));
  }

  /** Bytes that have come. */
  get received(): number {
    return this.#received;
  }

  /** Lowers the most bytes it may have. `why`: what it fails with above it. @throws `why` when it has more already */
  limitTo(most: number, why: TransferError = tooLarge(most)): void {
    if (most >= this.#limit) return;
    this.#limit = most;
    this.#why = why;
    if (this.#received > most) throw why;
  }

  /**
   * The whole file, if it has no more than so many bytes; null if it has more, and then {@link fill} begins with the
   * first of them.
   */
  gather(most: number): Promise<readonly Uint8Array[] | null> {
    return new Promise((resolve, reject) => {
      this.#gathering = { most, resolve, reject };
      this.#goOn();
    });
  }

  /** Fills the buffer with what comes next. Fewer bytes than it holds are the last. One call at a time. */
  fill(into: Uint8Array): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#wanted = { into, filled: 0, resolve, reject };
      this.#goOn();
    });
  }

  /** Ends it: whoever waits for bytes gets this error. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#waiting = [];
    this.#goOn();
  }

  #take(chunk: Uint8Array): void {
    if (this.#failure !== null) return;
    this.#received += chunk.length;
    if (this.#received > this.#limit) {
      this.fail(this.#why);
      return;
    }
    this.#waiting.push(chunk);
    this.#goOn();
  }

  #end(): void {
    // A part of a form that was cut off ends, too; what went wrong is told by the form.
    this.#whole.then(
      () => {
        this.#ended = true;
        this.#goOn();
      },
      (error) => this.fail(error),
    );
  }

  #goOn(): void {
    const served = this.#gathering !== null ? this.#serveGathering(this.#gathering) : this.#serveWanted();
    if (served) this.#stream.pause();
    else this.#stream.resume();
  }

  #serveGathering({ most, resolve, reject }: Gathering): boolean {
    const done = this.#failure !== null || this.#ended || this.#received > most;
    if (!done) return false;
    this.#gathering = null;
    if (this.#failure !== null) reject(this.#failure.error);
    else if (this.#received > most) resolve(null);
    else {
      resolve(this.#waiting);
      this.#waiting = [];
    }
    return true;
  }

  #serveWanted(): boolean {
    const wanted = this.#wanted;
    if (wanted === null) return true;
    this.#copy(wanted);
    const full = wanted.filled === wanted.into.length;
    if (this.#failure === null && !full && !this.#ended) return false;
    this.#wanted = null;
    if (this.#failure !== null) wanted.reject(this.#failure.error);
    else wanted.resolve(wanted.filled);
    return true;
  }

  #copy(wanted: Wanted): void {
    for (;;) {
      const chunk = this.#waiting[0];
      const room = wanted.into.length - wanted.filled;
      if (chunk === undefined || room === 0) return;
      const taken = chunk.length > room ? chunk.subarray(0, room) : chunk;
      wanted.into.set(taken, wanted.filled);
      wanted.filled += taken.length;
      if (taken === chunk) this.#waiting.shift();
      else this.#waiting[0] = chunk.subarray(room);
    }
  }
}

/** The refusal of a file that has more bytes than it may. */
export function tooLarge(most: number): TransferError {
  return new TransferError('file-too-large', `The file has more than the ${most} bytes allowed.`);
}
