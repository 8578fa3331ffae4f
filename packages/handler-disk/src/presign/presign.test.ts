import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Keyring } from './keyring.ts';
import { type Grant, signUrl, verifyUrl } from './presign.ts';

const STORE = 'https://files.example.com/disk';
const NOW = 1_800_000_000_000;
const keyring = new Keyring([{ id: 'new', secret: 'n'.repeat(32) }]);
const key = `mesibo/1/2026/01/${'ab'.repeat(16)}/clip.mp4`;

const put: Grant = {
  permission: 'object',
  key,
  session: null,
  upload: null,
  version: null,
  headers: { 'content-length': '5', 'content-type': 'video/mp4', 'x-mesibo-crc32': 'AAAAAA==' },
  issued: NOW,
  life: 60_000,
};
const grants: Readonly<Record<string, Grant>> = {
  object: put,
  session: { ...put, permission: 'session', session: 'cd'.repeat(16), headers: {} },
  read: { ...put, permission: 'read', version: 'ef'.repeat(8), headers: {} },
  'an upload that waits': { ...put, upload: 'cd'.repeat(16) },
  'the owner of an upload that waits': {
    ...put,
    permission: 'read',
    upload: 'cd'.repeat(16),
    version: 'ef'.repeat(8),
    headers: {},
  },
};
const METHODS = { object: 'PUT', session: 'PUT', read: 'GET' } as const;

/** What verifying says of a URL: the code of the refusal, or `good`. */
function judge(
  url: string,
  grant: Grant,
  { method = METHODS[grant.permission] as string, headers = grant.headers, now = NOW, ring = keyring } = {},
): string {
  const { origin } = new URL(STORE);
  try {
    verifyUrl(ring, STORE, { method, target: url.slice(origin.length), headers }, now);
    return 'good';
  } catch (error) {
    return String(Reflect.get(error as object, 'code'));
  }
}

describe.each(Object.entries(grants))('a URL signed for %s', (_, grant) => {
  const url = signUrl(keyring, STORE, grant);

  it('is good as it is, and tells what it permits', () => {
    const { permission, session, upload, version } = grant;
    const target = url.slice(new URL(STORE).origin.length);
    const { headers } = grant;
    expect(verifyUrl(keyring, STORE, { method: METHODS[permission], target, headers }, NOW)).toEqual({
      permission,
      key,
      session,
      upload,
      version,
    });
  });

  it('is good for no other method', () => {
    const good: Readonly<Record<string, readonly string[]>> = {
      object: ['PUT'],
      session: ['PUT', 'DELETE'],
      read: ['GET', 'HEAD'],
    };
    for (const method of ['GET', 'HEAD', 'PUT', 'POST', 'PATCH', 'DELETE', 'TRACE', 'put', '']) {
      const expected = good[grant.permission]?.includes(method);
      expect(judge(url, grant, { method }) === 'good', method).toBe(expected);
    }
  });

  it('is good with no character changed, left out, doubled or added', () => {
    const from = STORE.length;
    for (let at = from; at < url.length; at++) {
      const character = url[at] === 'A' ? 'B' : 'A';
      const changes = [
        url.slice(0, at) + character + url.slice(at + 1),
        url.slice(0, at) + url.slice(at + 1),
        url.slice(0, at + 1) + url.slice(at),
      ];
      for (const changed of changes.filter((each) => each !== url))
        expect(judge(changed, grant)).not.toBe('good');
    }
    for (const more of ['&', '&a=b', '&session=', '#', '%00', '?', '&id=new']) {
      expect(judge(url + more, grant), more).not.toBe('good');
      expect(judge(url.replace('?', `?${more}`), grant), more).not.toBe('good');
    }
  });

  it('is good until its time is over, and not long before it', () => {
    expect(judge(url, grant, { now: NOW + 60_000 })).toBe('good');
    expect(judge(url, grant, { now: NOW + 60_001 })).toBe('RequestExpired');
    expect(judge(url, grant, { now: NOW - 15 * 60_000 })).toBe('good');
    expect(judge(url, grant, { now: NOW - 15 * 60_000 - 1 })).toBe('RequestTimeTooSkewed');
  });

  it('is good where any secret that signs or signed is known', () => {
    const old = { id: 'new', secret: 'n'.repeat(32) };
    const rotated = new Keyring([{ id: 'newer', secret: 'r'.repeat(32) }, old]);
    expect(judge(url, grant, { ring: rotated })).toBe('good');
    expect(signUrl(rotated, STORE, grant)).toContain('id=newer&');
    expect(judge(signUrl(rotated, STORE, grant), grant)).toBe('UnknownSecret');
    const other = new Keyring([{ id: 'new', secret: 'x'.repeat(32) }]);
    expect(judge(url, grant, { ring: other })).toBe('SignatureDoesNotMatch');
  });
});

it('a signature written otherwise, which decodes to the same bytes, is another', () => {
  const url = signUrl(keyring, STORE, put);
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const last = alphabet.indexOf(String(url.at(-1)));
  const twin = url.slice(0, -1) + alphabet[last ^ 1];
  expect(Buffer.from(twin.slice(-43), 'base64url')).toEqual(Buffer.from(url.slice(-43), 'base64url'));
  expect(judge(twin, put)).toBe('SignatureDoesNotMatch');
});

it('every header that changes what is stored is bound; others do not matter', () => {
  const url = signUrl(keyring, STORE, put);
  for (const name of Object.keys(put.headers)) {
    const { [name]: _, ...without } = put.headers;
    expect(judge(url, put, { headers: without })).toBe('SignatureDoesNotMatch');
    expect(judge(url, put, { headers: { ...without, [name]: '6' } })).toBe('SignatureDoesNotMatch');
  }
  for (const name of [
    'content-disposition',
    'x-mesibo-cache-control',
    'x-mesibo-meta-mesibosecure',
    'x-mesibo-z',
  ]) {
    for (const value of ['', '1']) {
      expect(judge(url, put, { headers: { ...put.headers, [name]: value } }), name).toBe(
        'SignatureDoesNotMatch',
      );
    }
  }
  const harmless = {
    'cache-control': 'no-cache',
    'user-agent': 'x',
    'if-none-match': '*',
    connection: 'close',
  };
  expect(judge(url, put, { headers: { ...put.headers, ...harmless } })).toBe('good');
});

it('a signature is for one store, by its path', () => {
  const url = signUrl(keyring, 'https://files.example.com/other', put);
  const moved = url.replace('/other/', '/disk/');
  expect(judge(moved, put)).toBe('SignatureDoesNotMatch');
});

it('no two grants have one text: what is moved from one field to the next is another signature', () => {
  const field = fc.string({ unit: fc.constantFrom('a', 'b', ':', '\u0020'), maxLength: 4 });
  const headers = fc.record({ 'content-type': field, 'x-mesibo-a': field, 'x-mesibo-ab': field });
  fc.assert(
    fc.property(headers, headers, (one, two) => {
      const url = signUrl(keyring, STORE, { ...put, headers: one });
      const same = JSON.stringify(one) === JSON.stringify(two);
      expect(judge(url, put, { headers: two }) === 'good').toBe(same);
    }),
  );
});
