import type { HashPort } from '../ports/hash.ts';
import { crcHasher } from './crc-hasher.ts';

/** The hashes that need no help of the platform: `crc32` and `crc32c`. */
export const tableHash: HashPort = {
  create(algorithm) {
    return algorithm === 'crc32' || algorithm === 'crc32c' ? crcHasher(algorithm) : undefined;
  },
};
