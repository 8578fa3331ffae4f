/** Bytes of an object, in the pieces in which they came: nothing is copied together. */
export class Pieces {
  readonly #pieces: readonly Uint8Array[];
  readonly size: number;

  constructor(pieces: readonly Uint8Array[]) {
    this.#pieces = pieces.filter((piece) => piece.length > 0);
    this.size = this.#pieces.reduce((sum, piece) => sum + piece.length, 0);
  }

  /** The bytes from `first` up to, not including, `end`, in views of at most `most` bytes. */
  *slices(first: number, end: number, most: number): Generator<Uint8Array> {
    let start = 0;
    for (const piece of this.#pieces) {
      const stop = Math.min(end - start, piece.length);
      for (let at = Math.max(0, first - start); at < stop; at += most) {
        yield piece.subarray(at, Math.min(at + most, stop));
      }
      start += piece.length;
    }
  }

  /** All of it, copied. */
  toBytes(): Uint8Array {
    const all = new Uint8Array(this.size);
    let at = 0;
    for (const piece of this.#pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    return all;
  }
}
