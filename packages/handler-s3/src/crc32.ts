import { crcHashes, type HashPort } from '@mesibo-files/handler-core/provider';
import { crc32 } from '@node-rs/crc32';

/** The store's own checksum by a native module: some two times as fast as Node's. */
export const storeHashes: HashPort = crcHashes('crc32', (bytes, value) =>
  crc32(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), value),
);
