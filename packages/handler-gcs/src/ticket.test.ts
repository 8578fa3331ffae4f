import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { locate } from './format/urls.ts';
import { readTicket, type TicketFacts, writeTicket } from './ticket.ts';

const settings = { bucket: 'files', prefix: 'mesibo' };
const location = locate('https://storage.googleapis.com', 'files');
const key = 'mesibo/1/2026/11/00/hello.txt';
const session = `https://storage.googleapis.com/files/${key}?upload_id=abc`;

const facts: TicketFacts = {
  bucket: 'files',
  key,
  uploadId: null,
  session: null,
  size: 11,
  maxSize: 11,
  partSize: 262_144,
  contentType: 'text/plain',
  name: 'हैलो.txt',
  uid: 7,
  mid: '9',
  source: 1,
  secure: false,
  staging: 'none',
  transferId: 'transfer-1',
  checksum: 'crc32c',
  begunAt: 1,
};

const read = (own: object): TicketFacts =>
  readTicket(writeTicket({ ...facts, ...own } as TicketFacts), settings, location);

describe('tickets', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(
        fc.record({
          name: fc.string({ maxLength: 200 }),
          size: fc.option(fc.nat(), { nil: null }),
          uploadId: fc.option(fc.string({ minLength: 1, maxLength: 100 }), { nil: null }),
          mid: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
        }),
        (own) => {
          fc.pre(own.uploadId !== null || own.size !== null);
          expect(read(own)).toMatchObject({ ...facts, ...own });
        },
      ),
    );
    expect(read({ session, size: null }).session).toBe(session);
  });

  it.each<[string, object]>([
    ['another bucket', { bucket: 'other' }],
    ['another prefix', { key: 'mesibo2/x' }],
    ['a way up', { key: 'mesibo/../x' }],
    ['a size that is none', { size: -1 }],
    ['a part size of nothing', { partSize: 0 }],
    ['two shapes', { session, uploadId: 'u' }],
    ['no shape and no size', { size: null }],
    ['a checksum of its own', { checksum: 'md5' }],
    ['a header in its type', { contentType: 'text/plain\r\nx: y' }],
    // What a ticket says is called, so it must be of the endpoint and of this very object.
    ['a session elsewhere', { session: `https://evil.example/files/${key}?upload_id=a` }],
    ['a session on another port', { session: session.replace('.com/', '.com:444/') }],
    ['a session without TLS', { session: session.replace('https', 'http') }],
    ['a session of another key', { session: session.replace('hello', 'other') }],
    ['a session of another bucket', { session: session.replace('/files/', '/other/') }],
    ['a session of no id', { session: session.replace('upload_id', 'x') }],
    ['a session with a user', { session: session.replace('//', '//user@') }],
    ['a session that is no URL', { session: 'x' }],
    ['a session that can not be decoded', { session: session.replace('hello', '%ff') }],
  ])('are refused with %s', (_, own) => {
    expect(() => read(own)).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  });

  it('are refused whatever else they are', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => readTicket(text, settings, location)).toThrow(
          expect.objectContaining({ code: 'invalid-argument' }),
        );
      }),
    );
  });
});
