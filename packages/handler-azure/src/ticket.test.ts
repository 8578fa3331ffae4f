import { isPendingName, keyOfPending } from '@mesibo-files/handler-core/provider';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { landingName, markName } from './format/names.ts';
import { settingsOf } from './options.ts';
import { readTicket, type TicketFacts, writeTicket } from './ticket.ts';

const options = { container: 'files', account: 'acme' };
const settings = settingsOf(options);
const facts: TicketFacts = {
  bucket: 'https://acme.blob.core.windows.net/files',
  key: 'mesibo/1/2026/01/ab/x.txt',
  way: 'staged',
  size: 5,
  maxSize: 5,
  partSize: 8_388_608,
  contentType: 'text/plain',
  name: 'x.txt',
  uid: 7,
  mid: '18446744073709551615',
  source: 1,
  secure: false,
  staging: 'none',
  transferId: 'transfer',
  checksum: 'crc64',
  begunAt: 1_700_000_000_000,
};
const refusal = expect.objectContaining({ code: 'invalid-argument' });

describe('a ticket', () => {
  it('comes back as it was written, whatever the name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.option(fc.nat()), (name, size) => {
        const ticket = writeTicket({ ...facts, name, size });
        expect(ticket).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(readTicket(ticket, settings)).toEqual({ ...facts, name, size, version: 'azure.1' });
      }),
    );
  });

  it('is of its account, container and prefix', () => {
    expect(readTicket(writeTicket(facts), settingsOf({ ...options, prefix: '' })).key).toBe(facts.key);
    for (const other of [
      { account: 'other' },
      { container: 'other' },
      { prefix: 'mesib' },
      { prefix: 'mesibo/2' },
    ]) {
      expect(() => readTicket(writeTicket(facts), settingsOf({ ...options, ...other }))).toThrow(refusal);
    }
  });

  it.each([
    ['a key above the prefix', { key: 'mesibo/../secret' }],
    ['a key of another prefix', { key: 'backup/1' }],
    ['a size that is no number', { size: '5' }],
    ['a part size of nothing', { partSize: 0 }],
    ['a header with a line break', { contentType: 'text/plain\r\nx: y' }],
    ['an unknown checksum', { checksum: 'crc32' }],
    ['an unknown way', { way: 'append' }],
    ['one request of unknown size', { way: 'single', size: null }],
  ])('is refused with %s', (_, wrong) => {
    expect(() => readTicket(writeTicket(Object.assign({}, facts, wrong)), settings)).toThrow(refusal);
  });
});

describe('what waits for its commit', () => {
  it.each(['', 'mesibo', 'a/b'])('is in a folder of its own under the prefix %j', (prefix) => {
    const key = prefix === '' ? '1/2026/01/ab/x' : `${prefix}/1/2026/01/ab/x`;
    const names = [
      landingName({ key, way: 'staged', staging: 'none' }, prefix),
      landingName({ key, way: 'single', staging: 'hidden' }, prefix),
      landingName({ key, way: 'parts', staging: 'readable' }, prefix),
    ];
    for (const name of names) {
      expect(isPendingName(prefix, name)).toBe(true);
      expect(keyOfPending(prefix, name)).toBe(key);
    }
    expect(landingName({ key, way: 'parts', staging: 'none' }, prefix)).toBe(key);
    expect(landingName({ key, way: 'single', staging: 'none' }, prefix)).toBe(key);
  });

  it('has the mark of a refusal where the client can not write', () => {
    const landed = landingName({ key: 'm/1/x', way: 'parts', staging: 'hidden' }, 'm');
    expect(markName({ key: 'm/1/x', way: 'single', staging: 'hidden' }, 'm')).toBe(landed);
    for (const way of ['parts', 'staged'] as const) {
      const mark = markName({ key: 'm/1/x', way, staging: 'hidden' }, 'm');
      expect(mark).not.toBe(landed);
      expect(isPendingName('m', mark)).toBe(true);
    }
  });
});
