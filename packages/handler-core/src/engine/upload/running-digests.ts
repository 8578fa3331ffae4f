import { toBase64 } from '../../digest/base64.ts';
import { TransferError } from '../../errors/transfer-error.ts';
import type { Hasher, HashPort } from '../../ports/hash.ts';
import type { DigestAlgorithm, Digests } from '../../signer/digests.ts';
import { makeHasher } from '../digests.ts';

/**
 * Digests of everything from the first byte on, fed chunk by chunk. A chunk that is sent twice, or in pieces, is
 * counted once: the source is the same, so only bytes beyond what was hashed already matter.
 */
export class RunningDigests {
  readonly #hashers: readonly { readonly algorithm: DigestAlgorithm; readonly hasher: Hasher }[];
  #hashedTo = 0;
  #digests: Digests | null = null;

  constructor(hash: HashPort, algorithms: readonly DigestAlgorithm[]) {
    this.#hashers = algorithms.map((algorithm) => ({ algorithm, hasher: makeHasher(hash, algorithm) }));
  }

  /** These bytes stand at this offset. */
  add(offset: number, bytes: Uint8Array): void {
    if (offset > this.#hashedTo)
      throw new TransferError('internal', 'bytes were left out of a running digest');
    const fresh = bytes.subarray(this.#hashedTo - offset);
    if (fresh.length === 0) return;
    for (const { hasher } of this.#hashers) hasher.update(fresh);
    this.#hashedTo = offset + bytes.length;
  }

  /** The digests of all that was added. Nothing may be added afterwards. */
  finish(): Digests {
    this.#digests ??= Object.fromEntries(
      this.#hashers.map(({ algorithm, hasher }) => [algorithm, toBase64(hasher.digest())]),
    );
    return this.#digests;
  }
}
