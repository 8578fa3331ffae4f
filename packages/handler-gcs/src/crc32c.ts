import { crcHashes, type HashPort } from '@mesibo-files/handler-core/provider';
import { crc32c } from '@node-rs/crc32';

/** The store's own checksum by a native module: some five times as fast as JavaScript. */
export const storeHashes: HashPort = crcHashes('crc32c', (bytes, value) =>
  crc32c(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), value),
);
