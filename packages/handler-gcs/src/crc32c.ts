import type { Hasher, HashPort } from '@mesibo-files/handler-core';
import { crc32c } from '@node-rs/crc32';

/** The store's own checksum by a native module: some five times as fast as JavaScript. */
function nativeCrc32c(): Hasher {
  let value = 0;
  return {
    update(bytes) {
      if (bytes.length === 0) return;
      value = crc32c(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), value);
    },
    digest: () => {
      const digest = new Uint8Array(4);
      new DataView(digest.buffer).setUint32(0, value);
      return digest;
    },
  };
}

/** What the signer brings for the engine. */
export const storeHashes: HashPort = {
  create: (algorithm) => (algorithm === 'crc32c' ? nativeCrc32c() : undefined),
};
