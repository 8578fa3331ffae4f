import { createRuntime } from '@mesibo-files/handler-core';
import { nodeHash } from '@mesibo-files/handler-core/node';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { withNativeCrc32c } from './crc32c.ts';

it('is the checksum that core works out in JavaScript, however the bytes come', () => {
  const native = withNativeCrc32c(createRuntime()).ports.hash;
  const javascript = nodeHash();
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 70 })), (chunks) => {
      const [left, right] = [native, javascript].map((hash) => {
        const hasher = hash.create('crc32c');
        for (const chunk of chunks) hasher?.update(chunk.subarray(chunk.length > 3 ? 1 : 0));
        return hasher?.digest();
      });
      expect(left).toEqual(right);
    }),
  );
});

it('keeps the rest of the runtime', () => {
  const runtime = createRuntime();
  const own = withNativeCrc32c(runtime);
  expect(own.queue).toBe(runtime.queue);
  expect(own.ports.journal).toBe(runtime.ports.journal);
  expect(own.ports.hash.create('md5')).toBeDefined();
  expect(own.ports.hash.create('crc64nvme')).toBeUndefined();
});
