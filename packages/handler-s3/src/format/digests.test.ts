import { nodeHash } from '@mesibo-files/handler-core/node';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HashedObject, integrityOf, storeHashes } from './digests.ts';

const hex = '900150983cd24fb0d6963f7d28e17f72';
const md5 = 'kAFQmDzST7DWlj99KOF/cg==';
const object = (own: Partial<HashedObject>): HashedObject => ({ ContentLength: 25, Metadata: {}, ...own });
const parts = { Metadata: { mesibopartsize: '10' } };

describe('integrity of a stored object', () => {
  it.each<[string, Partial<HashedObject>, unknown]>([
    [
      'a full CRC32',
      { ChecksumCRC32: 'AAAAAA==', ChecksumType: 'FULL_OBJECT', ETag: `"${hex}"` },
      { kind: 'whole', digests: { crc32: 'AAAAAA==' } },
    ],
    [
      'a checksum of unstated type',
      { ChecksumSHA256: 'c2hh' },
      { kind: 'whole', digests: { sha256: 'c2hh' } },
    ],
    ['an ETag of one PUT', { ETag: `"${hex}"` }, { kind: 'whole', digests: { md5 } }],
    ['an ETag without quotes', { ETag: hex }, { kind: 'whole', digests: { md5 } }],
    [
      'an ETag beside a CRC64',
      { ETag: hex, ChecksumCRC64NVME: 'eA==' },
      { kind: 'whole', digests: { md5, crc64nvme: 'eA==' } },
    ],
    [
      'an ETag with AES256',
      { ETag: hex, ServerSideEncryption: 'AES256' },
      { kind: 'whole', digests: { md5 } },
    ],
    ['an ETag with KMS', { ETag: hex, ServerSideEncryption: 'aws:kms' }, { kind: 'none' }],
    ['an ETag with dual-layer KMS', { ETag: hex, ServerSideEncryption: 'aws:kms:dsse' }, { kind: 'none' }],
    ["an ETag with a customer's key", { ETag: hex, SSECustomerAlgorithm: 'AES256' }, { kind: 'none' }],
    [
      'an ETag of parts',
      { ...parts, ETag: `"${hex}-3"` },
      { kind: 'pieces', algorithm: 'md5', pieceSize: 10, combined: md5 },
    ],
    ['an ETag of more parts than that size makes', { ...parts, ETag: `"${hex}-4"` }, { kind: 'none' }],
    ['an ETag of parts of unknown size', { ETag: `"${hex}-3"` }, { kind: 'none' }],
    [
      'an ETag of parts beside a CRC64',
      { ...parts, ETag: `"${hex}-3"`, ChecksumCRC64NVME: 'eA==' },
      { kind: 'pieces', algorithm: 'md5', pieceSize: 10, combined: md5 },
    ],
    [
      'a composite CRC32',
      { ...parts, ChecksumCRC32: 'AAAAAA==-3', ChecksumType: 'COMPOSITE' },
      { kind: 'pieces', algorithm: 'crc32', pieceSize: 10, combined: 'AAAAAA==' },
    ],
    [
      'a composite CRC32 of parts of unknown size',
      { ChecksumCRC32: 'AAAAAA==-3', ChecksumType: 'COMPOSITE' },
      { kind: 'none' },
    ],
    ['nothing but a CRC64', { ChecksumCRC64NVME: 'eA==' }, { kind: 'whole', digests: { crc64nvme: 'eA==' } }],
    ['an ETag of its own kind', { ETag: '"0x8DC"' }, { kind: 'none' }],
  ])('is read from %s', (_, own, integrity) => {
    expect(integrityOf(object(own))).toEqual(integrity);
  });
});

it('is the checksum that Node works out, however the bytes come', () => {
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

it('leaves the other digests to the platform', () => {
  expect(storeHashes.create('md5')).toBeUndefined();
  expect(storeHashes.create('crc32c')).toBeUndefined();
});
