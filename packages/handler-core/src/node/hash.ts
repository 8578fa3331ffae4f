import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { bigEndian32 } from '../digest/crc-hasher.ts';
import type { DigestAlgorithm, Hasher, HashPort } from '../digest/hash.ts';
import { tableHash } from '../digest/table-hash.ts';
import { crc64Apart } from './crc64-thread.ts';

/** Makers of hashers of yours, by algorithm: where a native module is faster. */
export type ExtraHashers = Readonly<Partial<Record<DigestAlgorithm, () => Hasher>>>;

function zlibCrc32(): Hasher {
  let value = 0;
  return {
    update(bytes) {
      // Given an empty view, zlib answers 0 instead of the value so far.
      if (bytes.length > 0) value = crc32(bytes, value);
    },
    digest: () => bigEndian32(value),
  };
}

function cryptoHash(algorithm: 'md5' | 'sha256'): Hasher {
  const hash = createHash(algorithm);
  return {
    update: (bytes) => void hash.update(bytes),
    digest: () => new Uint8Array(hash.digest()),
  };
}

/**
 * Node's hashes: `crc32` by zlib, `md5` and `sha256` by crypto, `crc32c` in JavaScript (about 1.6 GB/s),
 * `crc64nvme` in WebAssembly.
 *
 * @param extra - makers that go before these
 */
export function nodeHash(extra: ExtraHashers = {}): HashPort {
  return {
    create(algorithm) {
      const own = extra[algorithm];
      if (own !== undefined) return own();
      if (algorithm === 'crc32') return zlibCrc32();
      if (algorithm === 'md5' || algorithm === 'sha256') return cryptoHash(algorithm);
      return tableHash.create(algorithm);
    },
    apart: (algorithm, bytes) =>
      algorithm === 'crc64nvme' && extra.crc64nvme === undefined ? crc64Apart(bytes) : undefined,
  };
}
