import { fromBase64, toBase64 } from '../../digest/base64.ts';
import { combineDigests, isCombinable } from '../../digest/combine.ts';
import type { DigestAlgorithm, Hasher, HashPort } from '../../digest/hash.ts';
import { TransferError } from '../../errors/transfer-error.ts';
import type { ObjectIntegrity } from '../../signer/digests.ts';

/** Cheapest first; those whose pieces can be put together allow ranges in parallel. */
const PREFERRED: readonly DigestAlgorithm[] = ['crc32', 'crc32c', 'crc64nvme', 'md5', 'sha256'];

/** How the bytes of a download are hashed, and what follows for how they are fetched. */
export interface Verification {
  readonly algorithm: DigestAlgorithm | null;
  /** Bytes hashed by themselves; null: everything in one go, so in order. */
  readonly pieceSize: number | null;
  /** Compares, given the digest of each piece in order. @throws `digest-mismatch` */
  readonly check: (pieces: readonly Piece[]) => void;
}

/** One hashed stretch of a file. */
export interface Piece {
  readonly digest: string;
  readonly size: number;
}

/** Chooses how to verify. `rangeSize`: what to fetch at once where the store leaves the choice. */
export function verification(hash: HashPort, integrity: ObjectIntegrity, rangeSize: number): Verification {
  if (integrity.kind === 'pieces') {
    const { algorithm, pieceSize, combined } = integrity;
    if (hash.create(algorithm) === undefined)
      return { algorithm: null, pieceSize: rangeSize, check: () => undefined };
    return {
      algorithm,
      pieceSize,
      check: (pieces) => {
        const whole = hash.create(algorithm) as Hasher;
        for (const piece of pieces) whole.update(fromBase64(piece.digest) ?? new Uint8Array(0));
        expect(toBase64(whole.digest()), combined, algorithm);
      },
    };
  }
  const digests = integrity.kind === 'whole' ? integrity.digests : {};
  const algorithm = PREFERRED.find((name) => digests[name] !== undefined && hash.create(name) !== undefined);
  const expected = algorithm === undefined ? undefined : digests[algorithm];
  if (algorithm === undefined || expected === undefined) {
    return { algorithm: null, pieceSize: rangeSize, check: () => undefined };
  }
  if (!isCombinable(algorithm)) {
    return { algorithm, pieceSize: null, check: ([only]) => expect(only?.digest ?? '', expected, algorithm) };
  }
  return {
    algorithm,
    pieceSize: rangeSize,
    check: (pieces) => expect(combine(algorithm, pieces), expected, algorithm),
  };
}

function combine(algorithm: DigestAlgorithm, pieces: readonly Piece[]): string {
  return pieces.reduce((left, right) => ({
    digest: combineDigests(algorithm, left.digest, right.digest, right.size),
    size: left.size + right.size,
  })).digest;
}

function expect(found: string, expected: string, algorithm: DigestAlgorithm): void {
  if (found === expected) return;
  throw new TransferError(
    'digest-mismatch',
    `the ${algorithm} of what arrived is not that of what is stored`,
  );
}
