interface Piece {
  readonly offset: number;
  readonly blob: Blob;
}

const endOf = ({ offset, blob }: Piece): number => offset + blob.size;

/** Bytes written at any offset, held by the browser, which puts large Blobs on its disk. */
export class BlobPieces {
  /** Ordered, none over another. */
  #pieces: Piece[] = [];

  /** Writes; what was there before is written over. */
  write(offset: number, bytes: Uint8Array): void {
    const piece: Piece = { offset, blob: new Blob([bytes as Uint8Array<ArrayBuffer>]) };
    const others = this.#pieces.flatMap((other) => [before(other, offset), from(other, endOf(piece))]);
    this.#pieces = [...others.filter((other) => other !== null), piece].sort((a, b) => a.offset - b.offset);
  }

  /** Reads as far as there is no gap. */
  async read(offset: number, buffer: Uint8Array): Promise<number> {
    let filled = 0;
    for (const piece of this.#pieces) {
      const at = offset + filled;
      if (endOf(piece) <= at) continue;
      if (piece.offset > at || filled === buffer.length) break;
      const part = piece.blob.slice(at - piece.offset, at - piece.offset + buffer.length - filled);
      buffer.set(new Uint8Array(await part.arrayBuffer()), filled);
      filled += part.size;
    }
    return filled;
  }

  /** All of it as one file. */
  file(name: string, type: string): File {
    return new File(
      this.#pieces.map(({ blob }) => blob),
      name,
      { type },
    );
  }
}

/** What of a piece is before an offset. */
function before(piece: Piece, offset: number): Piece | null {
  if (endOf(piece) <= offset) return piece;
  return piece.offset < offset
    ? { offset: piece.offset, blob: piece.blob.slice(0, offset - piece.offset) }
    : null;
}

/** What of a piece is at an offset and after it. */
function from(piece: Piece, offset: number): Piece | null {
  if (piece.offset >= offset) return piece;
  return endOf(piece) > offset ? { offset, blob: piece.blob.slice(offset - piece.offset) } : null;
}
