import { sha256 as hash } from '@noble/hashes/sha2.js';

/** SHA-256 of a text. The Web Crypto API would send these few bytes to another thread and back. */
export function sha256(text: string): Uint8Array {
  return hash(new TextEncoder().encode(text));
}

/**
 * Whether the digest is one of the known ones. It takes the same time whichever it is, and wherever it differs: that
 * tells nothing about the secrets behind them.
 */
export function isKnownDigest(digest: ArrayLike<number>, known: readonly ArrayLike<number>[]): boolean {
  let found = 0;
  for (const one of known) found |= Number(sameBytes(digest, one));
  return found !== 0;
}

function sameBytes(left: ArrayLike<number>, right: ArrayLike<number>): boolean {
  let difference = left.length ^ right.length;
  for (let at = 0; at < right.length; at += 1) difference |= (left[at] ?? 0) ^ (right[at] ?? 0);
  return difference === 0;
}
