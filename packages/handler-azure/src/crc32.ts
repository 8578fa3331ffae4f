import { crcHashes, type HashPort } from '@mesibo-files/handler-core/provider';
import { crc32 } from '@node-rs/crc32';

/** The checksum that downloads are verified by, by a native module: it costs a quarter of the store's CRC-64. */
export const storeHashes: HashPort = crcHashes('crc32', (bytes, value) =>
  crc32(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), value),
);
