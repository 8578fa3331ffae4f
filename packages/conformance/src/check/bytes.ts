/** Bytes made before: cases make the same ones again and again. */
const made = new Map<string, Uint8Array>();
const MOST_KEPT = 64;

/** Bytes that look random and are the same every time; another seed gives other bytes at every offset. */
export function bytesOf(size: number, seed = 1): Uint8Array {
  const key = `${size} ${seed}`;
  const bytes = made.get(key) ?? makeBytes(size, seed);
  if (size < 1_000_000 && made.size < MOST_KEPT) made.set(key, bytes);
  return bytes.slice();
}

function makeBytes(size: number, seed: number): Uint8Array {
  const words = new Uint32Array(Math.ceil(size / 4));
  let state = (seed * 2654435761) >>> 0 || 1;
  for (let index = 0; index < words.length; index++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[index] = state;
  }
  return new Uint8Array(words.buffer, 0, size);
}

/** A copy with one byte changed, at this offset. */
export function withByteChanged(bytes: Uint8Array, offset: number): Uint8Array {
  const copy = bytes.slice();
  copy[offset] = (copy[offset] ?? 0) ^ 0xff;
  return copy;
}

/** The pieces put together. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.byteLength, 0));
  let offset = 0;
  for (const piece of pieces) {
    whole.set(piece, offset);
    offset += piece.byteLength;
  }
  return whole;
}
