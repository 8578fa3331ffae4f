import { TransferError } from '@mesibo-files/handler-core';
import { crcHashes, type HashPort, type WantedPart } from '@mesibo-files/handler-core/provider';
import { crc32c } from '@node-rs/crc32';
import type { GcsChecksum } from '../options.ts';

/** The store's own checksum by a native module: some five times as fast as JavaScript. */
export const storeHashes: HashPort = crcHashes('crc32c', (bytes, value) =>
  crc32c(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), value),
);

/** The signed header that binds a part to its digest. @throws `invalid-argument` for a part without it */
export function digestHeader(checksum: GcsChecksum, part: WantedPart): Record<string, string> {
  if (checksum === 'none') return {};
  const { crc32c } = part.digests;
  if (crc32c === undefined || !/^[A-Za-z0-9+/]{6}==$/.test(crc32c)) {
    throw new TransferError('invalid-argument', `Part ${part.number} can not be signed without its crc32c.`);
  }
  return { 'x-goog-hash': `crc32c=${crc32c}` };
}
