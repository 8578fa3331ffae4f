/** SHA-256 of a text, by the Web Crypto API. */
export async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
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
