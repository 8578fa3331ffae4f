import { HashingState } from '../body/hashes.ts';

/**
 * Digests of what a session has stored. A session keeps whole quanta only, unless it ends, so the bytes after the last
 * whole quantum are held back until it is known whether they stay. Holds less than one quantum.
 */
export class AlignedHashing {
  readonly #hashing = new HashingState();
  readonly #quantum: number;
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #committed = 0;

  constructor(quantum: number) {
    this.#quantum = quantum;
  }

  /** Bytes that stay whatever happens: whole quanta, and tails that were kept. */
  get committed(): number {
    return this.#committed;
  }

  update(bytes: Uint8Array): void {
    let rest = bytes;
    while (this.#heldBytes + rest.length >= this.#quantum) {
      const taken = this.#quantum - this.#heldBytes;
      this.#hold(rest.subarray(0, taken));
      this.keepTail();
      rest = rest.subarray(taken);
    }
    this.#hold(rest);
  }

  /** Takes what is held as stored, at the end of the object. */
  keepTail(): void {
    for (const bytes of this.#held) this.#hashing.update(bytes);
    this.#committed += this.#heldBytes;
    this.dropTail();
  }

  /** Forgets what is held. */
  dropTail(): void {
    this.#held = [];
    this.#heldBytes = 0;
  }

  /** Both digests; to be called once. */
  result(): { readonly crc32c: string; readonly md5: string } {
    return this.#hashing.result();
  }

  #hold(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
  }
}
