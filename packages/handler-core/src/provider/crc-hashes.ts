import { bigEndian32 } from '../digest/crc-hasher.ts';
import type { Hasher, HashPort } from '../digest/hash.ts';

/** A CRC of 32 bits of these bytes, going on from the value so far. */
export type Crc32Function = (bytes: Uint8Array, value: number) => number;

/** The one hash that a signer brings along, out of a native module's function; all others are the platform's. */
export function crcHashes(algorithm: 'crc32' | 'crc32c', crc: Crc32Function): HashPort {
  return { create: (asked) => (asked === algorithm ? runningCrc(crc) : undefined) };
}

function runningCrc(crc: Crc32Function): Hasher {
  let value = 0;
  return {
    update(bytes) {
      // Given no bytes, some implementations answer 0 instead of the value so far.
      if (bytes.length > 0) value = crc(bytes, value);
    },
    digest: () => bigEndian32(value),
  };
}
