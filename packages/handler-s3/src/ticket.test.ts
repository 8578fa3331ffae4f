import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTicket, type TicketFacts, writeTicket } from './ticket.ts';

const settings = { bucket: 'files', prefix: 'mesibo' };
const facts: TicketFacts = {
  bucket: 'files',
  key: 'mesibo/1/2026/01/ab/x.txt',
  single: false,
  uploadId: 'upload',
  size: 5,
  maxSize: 5,
  partSize: 5_242_880,
  contentType: 'text/plain',
  name: 'x.txt',
  uid: 7,
  mid: '18446744073709551615',
  source: 1,
  secure: false,
  staging: 'none',
  transferId: 'transfer',
  checksum: 'crc32',
  plainETags: true,
  begunAt: 1_700_000_000_000,
};
const code = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
};

describe('a ticket', () => {
  it('comes back as it was written, whatever the name', () => {
    const names = fc.string({ unit: 'grapheme', maxLength: 300 });
    fc.assert(
      fc.property(names, fc.option(fc.nat()), fc.bigInt(), (name, size, mid) => {
        const one = { ...facts, name, size, mid: BigInt.asUintN(63, mid).toString() };
        const ticket = writeTicket(one);
        expect(ticket).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(readTicket(ticket, settings)).toEqual({ ...one, version: 's3.1' });
      }),
    );
  });

  it('is of its bucket and prefix', () => {
    expect(readTicket(writeTicket(facts), { bucket: 'files', prefix: '' }).key).toBe(facts.key);
    for (const other of [
      { bucket: 'other', prefix: 'mesibo' },
      { bucket: 'files', prefix: 'mesib' },
      { bucket: 'files', prefix: 'mesibo/2' },
    ]) {
      expect(code(() => readTicket(writeTicket(facts), other))).toBe('invalid-argument');
    }
  });

  it.each([
    ['a key above the prefix', { key: 'mesibo/../secret' }],
    ['a key of another prefix', { key: 'backup/1' }],
    ['a lone surrogate', { key: 'mesibo/\ud800' }],
    ['a size that is no number', { size: '5' }],
    ['a size below zero', { size: -1 }],
    ['a part size of nothing', { partSize: 0 }],
    ['a header with a line break', { contentType: 'text/plain\r\nx: y' }],
    ['a transfer id in another script', { transferId: 'é' }],
    ['an unknown checksum', { checksum: 'sha1' }],
    ['no upload id', { uploadId: undefined }],
    ['one request of unknown size', { uploadId: null, size: null }],
  ])('is refused with %s', (_, wrong) => {
    const forged = Object.assign({}, facts, wrong);
    expect(code(() => readTicket(writeTicket(forged), settings))).toBe('invalid-argument');
  });

  it('is refused when it is anything else', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String(), fc.json().map(btoaUrl)), (text) => {
        expect(code(() => readTicket(text, settings))).toBe('invalid-argument');
      }),
    );
  });
});

function btoaUrl(text: string): string {
  return Buffer.from(text).toString('base64url');
}
