import type { Hasher } from '../ports/hash.ts';

/** A CRC of 32 bits of these bytes, going on from the value so far. */
export type Crc32Function = (bytes: Uint8Array, value: number) => number;

/** A hasher out of a function that goes on from a value: for a native module that a signer brings along. */
export function runningCrc(crc: Crc32Function): Hasher {
  let value = 0;
  return {
    update(bytes) {
      if (bytes.length > 0) value = crc(bytes, value);
    },
    digest: () => {
      const digest = new Uint8Array(4);
      new DataView(digest.buffer).setUint32(0, value);
      return digest;
    },
  };
}
