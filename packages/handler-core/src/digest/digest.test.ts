import zlib from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBase64, fromBase64Url, toBase64, toBase64Url } from './base64.ts';
import { combineDigests, isCombinable } from './combine.ts';
import { tableHash } from './table-hash.ts';

const CHECK = new TextEncoder().encode('123456789');

function digest(algorithm: 'crc32' | 'crc32c', ...chunks: Uint8Array[]): Uint8Array {
  const hasher = tableHash.create(algorithm);
  for (const chunk of chunks) hasher?.update(chunk);
  return hasher?.digest() ?? new Uint8Array();
}

/** Bit by bit, from the definition. */
function crc64nvme(bytes: Uint8Array): string {
  let crc = 0xffffffffffffffffn;
  for (const byte of bytes) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ 0x9a6c9329ac4bc9b5n : crc >> 1n;
  }
  const value = crc ^ 0xffffffffffffffffn;
  return Buffer.from(value.toString(16).padStart(16, '0'), 'hex').toString('base64');
}

describe('base64', () => {
  it('is that of Node, and comes back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
        expect(toBase64Url(bytes)).toBe(Buffer.from(bytes).toString('base64url'));
        expect(fromBase64(toBase64(bytes))).toEqual(bytes);
        expect(fromBase64Url(toBase64Url(bytes))).toEqual(bytes);
      }),
    );
    expect(toBase64(new Uint8Array(1 << 20))).toBe(Buffer.alloc(1 << 20).toString('base64'));
  });

  it('refuses what is none', () => {
    for (const text of ['a', 'a b=', '====', 'ab-_', 'é', 'YQ==\n']) expect(fromBase64(text)).toBeNull();
    for (const text of ['a', 'ab+/', 'YQ==']) expect(fromBase64Url(text)).toBeNull();
  });
});

describe('tableHash', () => {
  it('gives the check values of the catalogue', () => {
    expect(Buffer.from(digest('crc32', CHECK)).toString('hex')).toBe('cbf43926');
    expect(Buffer.from(digest('crc32c', CHECK)).toString('hex')).toBe('e3069283');
    expect(Buffer.from(digest('crc32')).toString('hex')).toBe('00000000');
    // RFC 3720 B.4: 32 bytes of zeros.
    expect(Buffer.from(digest('crc32c', new Uint8Array(32))).toString('hex')).toBe('8a9136aa');
    expect(tableHash.create('md5')).toBeUndefined();
  });

  it('is zlib.crc32, in pieces of any size, at any offset', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), fc.nat(7), (bytes, cut, skip) => {
        const some = bytes.subarray(skip);
        const found = digest('crc32', some.subarray(0, cut), some.subarray(cut));
        expect(Buffer.from(found).readUInt32BE()).toBe(zlib.crc32(some));
      }),
    );
  });

  it('is not used after its end', () => {
    const hasher = tableHash.create('crc32');
    hasher?.digest();
    expect(() => hasher?.update(CHECK)).toThrow(/after its end/);
  });
});

describe('combineDigests', () => {
  it('is the digest of both', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.uint8Array({ maxLength: 400 }), (first, second) => {
        const both = new Uint8Array([...first, ...second]);
        for (const algorithm of ['crc32', 'crc32c'] as const) {
          const of = (bytes: Uint8Array) => toBase64(digest(algorithm, bytes));
          expect(combineDigests(algorithm, of(first), of(second), second.length)).toBe(of(both));
        }
        const combined = combineDigests('crc64nvme', crc64nvme(first), crc64nvme(second), second.length);
        expect(combined).toBe(crc64nvme(both));
      }),
    );
    expect(crc64nvme(CHECK)).toBe(Buffer.from('ae8b14860a799888', 'hex').toString('base64'));
  });

  it('knows parts of many MiB, and does 10,000 of them in a moment', () => {
    const part = new Uint8Array(8 << 20);
    const one = toBase64(digest('crc32', part));
    const two = toBase64(digest('crc32', part, part));
    expect(combineDigests('crc32', one, one, part.length)).toBe(two);
    const start = process.cpuUsage();
    let whole = one;
    for (let count = 1; count < 10_000; count++) whole = combineDigests('crc32', whole, one, 5 * 2 ** 30);
    // Of the processor, not of the clock: a busy machine lets a process wait.
    const { user, system } = process.cpuUsage(start);
    expect((user + system) / 1000).toBeLessThan(2000);
  });

  it('says what it can not do', () => {
    expect(isCombinable('crc32')).toBe(true);
    expect(isCombinable('md5')).toBe(false);
    expect(() => combineDigests('sha256', '', '', 0)).toThrow(/combined/);
    expect(() => combineDigests('crc32', 'AAAA', 'AAAAAA==', 1)).toThrow(/32 bits/);
    expect(() => combineDigests('crc32', 'AAAAAA==', 'AAAAAA==', -1)).toThrow(/length/);
  });
});
