import { nodeHash } from '@mesibo-files/handler-core/node';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { storeHashes } from './hashes.ts';

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

  it('brings a CRC-64, and leaves the others to the platform', () => {
    expect(storeHashes.create('crc64nvme')?.digest()).toEqual(new Uint8Array(8));
    expect(storeHashes.create('md5')).toBeUndefined();
    expect(storeHashes.create('crc32c')).toBeUndefined();
  });
});
