import { crcHasher } from './crc-hasher.ts';
import { crc64nvme } from './crc64.ts';
import type { HashPort } from './hash.ts';

/** The hashes that need no help of the platform: `crc32` and `crc32c`, and `crc64nvme` where WebAssembly is allowed. */
export const tableHash: HashPort = {
  create(algorithm) {
    if (algorithm === 'crc64nvme') return crc64nvme();
    return algorithm === 'crc32' || algorithm === 'crc32c' ? crcHasher(algorithm) : undefined;
  },
};
