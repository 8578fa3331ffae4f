import type { HashPort } from '@mesibo-files/handler-core';
import { runningCrc } from '@mesibo-files/handler-core/provider';
import { crc32 } from '@node-rs/crc32';
import { crc64nvme } from './crc64/crc64.ts';

/**
 * The hashes that Azure's signer brings: the CRC-64 that Azure compares, and a CRC-32 by a native module, which costs
 * a quarter of it, for whoever reads an object.
 */
export const storeHashes: HashPort = {
  create(algorithm) {
    if (algorithm === 'crc64nvme') return crc64nvme();
    if (algorithm !== 'crc32') return undefined;
    return runningCrc((bytes, value) =>
      crc32(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), value),
    );
  },
};
