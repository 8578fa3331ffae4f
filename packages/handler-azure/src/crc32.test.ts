import { nodeHash } from '@mesibo-files/handler-core/node';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { storeHashes } from './crc32.ts';

describe('hashes of the signer', () => {
  it('gives the CRC-32 that Node works out, however the bytes come', () => {
    const node = nodeHash();
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 70 })), (chunks) => {
        const [left, right] = [storeHashes, node].map((hash) => {
          const hasher = hash.create('crc32');
          for (const chunk of chunks) hasher?.update(chunk.subarray(chunk.length > 3 ? 1 : 0));
          return hasher?.digest();
        });
        expect(left).toEqual(right);
      }),
    );
  });

  it('leaves the others to the platform', () => {
    for (const algorithm of ['crc64nvme', 'md5', 'crc32c'] as const) {
      expect(storeHashes.create(algorithm)).toBeUndefined();
    }
  });
});
