import { toBase64 } from '../digest/base64.ts';
import { combineDigests, isCombinable } from '../digest/combine.ts';
import type { DigestAlgorithm, Digests, Hasher, HashPort } from '../digest/hash.ts';
import { TransferError } from '../errors/transfer-error.ts';
import type { Integrity } from '../signer/digests.ts';
import type { PartFacts } from '../signer/signer.ts';

/** Works out several digests of one piece, slice by slice so that every byte is hashed while it is in the cache. */
export function digestsOf(
  hash: HashPort,
  algorithms: readonly DigestAlgorithm[],
  bytes: Uint8Array,
  sliceSize: number,
): Digests {
  const hashers = algorithms.map((algorithm) => ({ algorithm, hasher: makeHasher(hash, algorithm) }));
  for (let at = 0; at < bytes.length; at += sliceSize) {
    const slice = bytes.subarray(at, at + sliceSize);
    for (const { hasher } of hashers) hasher.update(slice);
  }
  return Object.fromEntries(hashers.map(({ algorithm, hasher }) => [algorithm, toBase64(hasher.digest())]));
}

/** Bytes and their digests; the memory may be another than it was. */
export interface Digested {
  readonly digests: Digests;
  readonly bytes: Uint8Array;
}

/**
 * As {@link digestsOf}, but one of the digests is worked out apart where the platform can. `bytes` must not be used any
 * more: what comes back are the same bytes.
 */
export async function digestsApart(
  hash: HashPort,
  algorithms: readonly DigestAlgorithm[],
  bytes: Uint8Array,
  sliceSize: number,
): Promise<Digested> {
  const last = algorithms.at(-1);
  if (last === undefined || hash.apart === undefined) {
    return { digests: digestsOf(hash, algorithms, bytes, sliceSize), bytes };
  }
  const digests = digestsOf(hash, algorithms.slice(0, -1), bytes, sliceSize);
  const apart = hash.apart(last, bytes);
  if (apart === undefined) {
    return { digests: { ...digests, ...digestsOf(hash, [last], bytes, sliceSize) }, bytes };
  }
  const hashed = await apart;
  return { digests: { ...digests, [last]: toBase64(hashed.digest) }, bytes: hashed.bytes };
}

/** @throws `unsupported` when this platform has no such hash. */
export function makeHasher(
  hash: HashPort,
  algorithm: DigestAlgorithm,
): ReturnType<HashPort['create']> & object {
  const hasher = hash.create(algorithm);
  if (hasher === undefined)
    throw new TransferError('unsupported', `there is no ${algorithm} on this platform`);
  return hasher;
}

/**
 * What to work out for each part: what the whole file's digest is put together from, and what the part is signed with. A
 * CRC-32 goes first: it costs least, and leaves the bytes in the cache for the next.
 */
export function partAlgorithms(integrity: Integrity): readonly DigestAlgorithm[] {
  const whole = integrity.whole.filter((algorithm) => {
    if (!isCombinable(algorithm)) {
      throw new TransferError(
        'unsupported',
        `${algorithm} of a whole file can't be put together from its parts`,
      );
    }
    return true;
  });
  const all = new Set([...whole, ...integrity.parts]);
  const first = (['crc32', 'crc32c'] as const).filter((algorithm) => all.has(algorithm));
  return [...new Set([...first, ...all])];
}

/** Digests of the whole file out of those of its parts, in order. */
export function wholeDigests(algorithms: readonly DigestAlgorithm[], parts: readonly PartFacts[]): Digests {
  const entries = algorithms.map((algorithm) => {
    const whole = parts
      .map((part) => ({ digest: part.digests[algorithm] ?? '', size: part.size }))
      .reduce((left, right) => ({
        digest: combineDigests(algorithm, left.digest, right.digest, right.size),
        size: left.size + right.size,
      }));
    return [algorithm, whole.digest];
  });
  return Object.fromEntries(entries);
}

/** Whether two lists of digests agree: at least one algorithm in common, and no difference in any. */
export function sameDigests(left: Digests, right: Digests): boolean {
  const common = (Object.keys(left) as DigestAlgorithm[]).filter(
    (algorithm) => right[algorithm] !== undefined,
  );
  return common.length > 0 && common.every((algorithm) => left[algorithm] === right[algorithm]);
}

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
