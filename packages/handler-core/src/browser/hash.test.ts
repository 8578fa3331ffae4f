import { createHash } from 'node:crypto';
import { array, assert, property, uint8Array } from 'fast-check';
import { expect, test } from 'vitest';
import { nodeHash } from '../node/hash.ts';
import { browserHash } from './hash.ts';

test('every hash is what Node makes of the same bytes', () => {
  assert(
    property(array(uint8Array({ maxLength: 200 })), (chunks) => {
      for (const algorithm of ['md5', 'sha256', 'crc32', 'crc32c'] as const) {
        const [ours, nodes] = [browserHash.create(algorithm), nodeHash().create(algorithm)];
        for (const chunk of chunks) {
          ours?.update(chunk);
          nodes?.update(chunk);
        }
        expect(ours?.digest()).toEqual(nodes?.digest());
      }
    }),
  );
  const hasher = browserHash.create('md5');
  hasher?.update(new TextEncoder().encode('abc'));
  expect(Buffer.from(hasher?.digest() ?? [])).toEqual(createHash('md5').update('abc').digest());
});

test('Azure has its CRC-64, too', () => {
  const hasher = browserHash.create('crc64nvme');
  hasher?.update(new TextEncoder().encode('123456789'));
  expect(Buffer.from(hasher?.digest() ?? []).toString('hex')).toBe('ae8b14860a799888');
});
