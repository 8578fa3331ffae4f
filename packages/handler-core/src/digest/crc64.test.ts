import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toBase64 } from './base64.ts';
import { combineDigests } from './combine.ts';
import { crc64nvme } from './crc64.ts';
import { signed, unsigned } from './crc64-assemble.ts';

/** Bit by bit, from the definition. */
function definition(bytes: Uint8Array): string {
  let crc = 0xffffffffffffffffn;
  for (const byte of bytes) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ 0x9a6c9329ac4bc9b5n : crc >> 1n;
  }
  return Buffer.from((crc ^ 0xffffffffffffffffn).toString(16).padStart(16, '0'), 'hex').toString('base64');
}

function digest(...chunks: readonly Uint8Array[]): string {
  const hasher = crc64nvme();
  for (const chunk of chunks) hasher?.update(chunk);
  return toBase64(hasher?.digest() ?? new Uint8Array());
}

describe('crc64nvme', () => {
  it('gives the check value of the catalogue', () => {
    expect(Buffer.from(digest(Buffer.from('123456789')), 'base64').toString('hex')).toBe('ae8b14860a799888');
    expect(digest()).toBe('AAAAAAAAAAA=');
  });

  it('is that of its definition, however the bytes are cut', () => {
    const bytes = fc.uint8Array({ maxLength: 400 });
    fc.assert(
      fc.property(bytes, bytes, (first, second) => {
        const whole = Buffer.concat([first, second]);
        expect(digest(whole)).toBe(definition(whole));
        expect(digest(first, second)).toBe(definition(whole));
        expect(combineDigests('crc64nvme', digest(first), digest(second), second.length)).toBe(digest(whole));
      }),
    );
  });

  it('takes more than its memory holds, and hashers that take turns', () => {
    const large = Buffer.alloc(700_001, 'a mesibo file');
    const [one, other] = [crc64nvme(), crc64nvme()];
    for (let at = 0; at < large.length; at += 300_000) {
      one?.update(large.subarray(at, at + 300_000));
      other?.update(Buffer.from('x'));
    }
    expect(toBase64(one?.digest() ?? new Uint8Array())).toBe(definition(large));
    expect(toBase64(other?.digest() ?? new Uint8Array())).toBe(definition(Buffer.from('xxx')));
  });
});

describe('LEB128', () => {
  it('is that of the specification', () => {
    expect([unsigned(0), unsigned(127), unsigned(624_485)]).toEqual([[0], [0x7f], [0xe5, 0x8e, 0x26]]);
    expect([signed(2), signed(64), signed(-1), signed(-123_456)]).toEqual([
      [2],
      [0xc0, 0],
      [0x7f],
      [0xc0, 0xbb, 0x78],
    ]);
  });
});
