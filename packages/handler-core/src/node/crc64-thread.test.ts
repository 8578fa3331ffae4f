import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { toBase64 } from '../digest/base64.ts';
import { crc64nvme } from '../digest/crc64.ts';
import { digestsApart, digestsOf } from '../engine/digests.ts';
import { crc64Apart } from './crc64-thread.ts';
import { nodeHash } from './hash.ts';

const MIB = 1024 * 1024;

function digest(bytes: Uint8Array): string {
  const hasher = crc64nvme();
  hasher?.update(bytes);
  return toBase64(hasher?.digest() ?? new Uint8Array());
}

describe('CRC-64 on a thread of its own', () => {
  it('is the same digest, and brings the same bytes back, of many buffers at once', async () => {
    const sizes = [MIB, 2 * MIB + 1, 3 * MIB - 7, MIB + 262_144];
    const all = sizes.map((size) => new Uint8Array(randomBytes(size)));
    const copies = all.map((bytes) => bytes.slice());
    const hashed = await Promise.all(all.map((bytes) => crc64Apart(bytes)));
    for (const [index, copy] of copies.entries()) {
      expect(toBase64(hashed[index]?.digest ?? new Uint8Array())).toBe(digest(copy));
      expect(Buffer.compare(hashed[index]?.bytes ?? new Uint8Array(), copy)).toBe(0);
      // It travelled: nobody can go on with the old view.
      expect(all[index]?.byteLength).toBe(0);
    }
  });

  it('is not for few bytes, nor for a piece of a larger memory', () => {
    expect(crc64Apart(new Uint8Array(MIB - 1))).toBeUndefined();
    const piece = new Uint8Array(2 * MIB).subarray(0, MIB);
    expect(crc64Apart(piece)).toBeUndefined();
    expect(piece.byteLength).toBe(MIB);
  });

  it('gives parts the digests that they have without it', async () => {
    const bytes = new Uint8Array(randomBytes(2 * MIB));
    const algorithms = ['crc32', 'crc64nvme'] as const;
    const here = digestsOf(nodeHash(), algorithms, bytes, 65_536);
    const copy = bytes.slice();
    const apart = await digestsApart(nodeHash(), algorithms, bytes, 65_536);
    expect(apart.digests).toEqual(here);
    expect(Buffer.compare(apart.bytes, copy)).toBe(0);
    expect(bytes.byteLength).toBe(0);
  });

  it('is left to whoever brings a CRC-64 of his own', () => {
    const mine = { update: () => undefined, digest: () => Uint8Array.of(1) };
    expect(nodeHash({ crc64nvme: () => mine }).apart?.('crc64nvme', new Uint8Array(MIB))).toBeUndefined();
    expect(nodeHash().apart?.('md5', new Uint8Array(MIB))).toBeUndefined();
  });
});
