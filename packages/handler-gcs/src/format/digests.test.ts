import { nodeHash } from '@mesibo-files/handler-core/node';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { storeHashes } from './digests.ts';

it('is the checksum that core works out in JavaScript, however the bytes come', () => {
  const javascript = nodeHash();
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 70 })), (chunks) => {
      const [left, right] = [storeHashes, javascript].map((hash) => {
        const hasher = hash.create('crc32c');
        for (const chunk of chunks) hasher?.update(chunk.subarray(chunk.length > 3 ? 1 : 0));
        return hasher?.digest();
      });
      expect(left).toEqual(right);
    }),
  );
});

it('leaves the other digests to the platform', () => {
  expect(storeHashes.create('md5')).toBeUndefined();
  expect(storeHashes.create('crc32')).toBeUndefined();
});
