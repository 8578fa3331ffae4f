import { md5 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { HashPort } from '../digest/hash.ts';
import { tableHash } from '../digest/table-hash.ts';

/** A browser's own hashes take a whole message only, so those that run along a file are JavaScript. */
export const browserHash: HashPort = {
  create(algorithm) {
    if (algorithm === 'md5') return md5.create();
    if (algorithm === 'sha256') return sha256.create();
    return tableHash.create(algorithm);
  },
};
