import { toBase64 } from '../digest/base64.ts';
import { combineDigests, isCombinable } from '../digest/combine.ts';
import { TransferError } from '../errors/transfer-error.ts';
import type { HashPort } from '../ports/hash.ts';
import type { DigestAlgorithm, ObjectIntegrity } from '../signer/digests.ts';

/** Digest of bytes in base64. @throws `unsupported` for an algorithm that the store was given no hash for */
export function digestOf(hash: HashPort, algorithm: DigestAlgorithm, pieces: Iterable<Uint8Array>): string {
  const hasher = hash.create(algorithm);
  if (hasher === undefined) {
    throw new TransferError('unsupported', `Give the memory store a HashPort that knows ${algorithm}.`);
  }
  for (const piece of pieces) hasher.update(piece);
  return toBase64(hasher.digest());
}

/** What can be said of an object made of these parts: a CRC of all, or the digest of the parts' digests. */
export function integrityOfParts(
  hash: HashPort,
  algorithm: DigestAlgorithm | null,
  partSize: number,
  parts: readonly { readonly bytes: Uint8Array; readonly digest: string | null }[],
  decode: (digest: string) => Uint8Array,
): ObjectIntegrity {
  const digests = parts.map((part) => part.digest).filter((digest) => digest !== null);
  const first = digests[0];
  if (algorithm === null || first === undefined || digests.length < parts.length) return { kind: 'none' };
  if (isCombinable(algorithm)) {
    const whole = parts
      .slice(1)
      .reduce((sum, part) => combineDigests(algorithm, sum, part.digest ?? '', part.bytes.length), first);
    return { kind: 'whole', digests: { [algorithm]: whole } };
  }
  const combined = digestOf(hash, algorithm, digests.map(decode));
  return { kind: 'pieces', algorithm, pieceSize: partSize, combined };
}
