import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { crc32c } from '@node-rs/crc32';
import { Crc64Nvme } from './crc64-nvme.ts';

/** Algorithms S3 takes in `x-amz-checksum-*`, as their headers spell them. */
export const checksumAlgorithms = ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'] as const;
/** One of them. */
export type ChecksumAlgorithm = (typeof checksumAlgorithms)[number];

/** Bytes in a digest of each. */
export const digestBytes: Readonly<Record<ChecksumAlgorithm | 'md5', number>> = {
  crc32: 4,
  crc32c: 4,
  crc64nvme: 8,
  sha1: 20,
  sha256: 32,
  md5: 16,
};

/** A digest that is computed while bytes pass. */
export interface Digester {
  update(bytes: Uint8Array): void;
  digest(): Buffer;
}

const runningCrc = (step: (bytes: Uint8Array, value: number) => number): Digester => {
  let value = 0;
  return {
    update: (bytes) => {
      value = step(bytes, value);
    },
    digest: () => {
      const result = Buffer.alloc(4);
      result.writeUInt32BE(value >>> 0);
      return result;
    },
  };
};

/** A new digester of that algorithm; `update` wants chunks that aren't empty. */
export const createDigester = (algorithm: ChecksumAlgorithm | 'md5'): Digester => {
  switch (algorithm) {
    case 'crc32':
      return runningCrc((bytes, value) => crc32(bytes, value));
    case 'crc32c':
      return runningCrc((bytes, value) => crc32c(bytes, value));
    case 'crc64nvme':
      return new Crc64Nvme();
    default: {
      const hash = createHash(algorithm);
      return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest() };
    }
  }
};

/** Which algorithm a name such as `CRC32C` or `crc32c` means, if any. */
export const checksumAlgorithmOf = (name: string): ChecksumAlgorithm | undefined =>
  checksumAlgorithms.find((algorithm) => algorithm === name.toLowerCase());
