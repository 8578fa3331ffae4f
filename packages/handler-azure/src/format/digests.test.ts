import { createHash } from 'node:crypto';
import { nodeHash } from '@mesibo-files/handler-core/node';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { algorithmOf, digestHeader, integrityOf, storeHashes } from './digests.ts';
import { objectIntegrity } from './metadata.ts';

const crc64 = 'rosUhgp5mIg=';
const md5 = createHash('md5').update('x').digest();

describe('integrity', () => {
  it('writes a CRC-64 as Azure does: its bytes reversed', () => {
    expect(digestHeader('crc64nvme', crc64)).toEqual({ 'x-ms-content-crc64': 'iJh5CoYUi64=' });
    expect(digestHeader('md5', 'x')).toEqual({ 'content-md5': 'x' });
    expect([algorithmOf('crc64'), algorithmOf('md5'), algorithmOf('none')]).toEqual([
      'crc64nvme',
      'md5',
      null,
    ]);
  });

  it('promises only what the option proves', () => {
    expect(integrityOf({ checksum: 'crc64', way: 'staged' })).toEqual({
      parts: ['crc64nvme'],
      whole: ['crc64nvme', 'crc32'],
      proof: 'store',
    });
    expect(integrityOf({ checksum: 'md5', way: 'parts' })).toEqual({
      parts: ['md5'],
      whole: [],
      proof: 'store',
    });
    expect(integrityOf({ checksum: 'none', way: 'single' })).toEqual({
      parts: [],
      whole: [],
      proof: 'length',
    });
  });

  it('finds how an object can be verified, and believes no metadata that is none', () => {
    const pieces = { mesibomd5pieces: md5.toString('base64'), mesibopiecesize: '1024' };
    const both = { mesibocrc64: crc64, mesibocrc32: 'y/Q5Jg==' };
    expect(objectIntegrity({ contentMD5: md5, metadata: both })).toEqual({
      kind: 'whole',
      digests: { crc64nvme: crc64, crc32: 'y/Q5Jg==', md5: md5.toString('base64') },
    });
    expect(objectIntegrity({ metadata: { mesibocrc64: crc64, mesibocrc32: 'y/Q5' } })).toEqual({
      kind: 'whole',
      digests: { crc64nvme: crc64 },
    });
    expect(objectIntegrity({ metadata: pieces })).toEqual({
      kind: 'pieces',
      algorithm: 'md5',
      pieceSize: 1024,
      combined: md5.toString('base64'),
    });
    for (const metadata of [
      {},
      { mesibocrc64: 'abc' },
      { ...pieces, mesibopiecesize: '0' },
      { ...pieces, mesibomd5pieces: '' },
    ]) {
      expect(objectIntegrity({ metadata })).toEqual({ kind: 'none' });
    }
    expect(objectIntegrity({})).toEqual({ kind: 'none' });
  });
});

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
