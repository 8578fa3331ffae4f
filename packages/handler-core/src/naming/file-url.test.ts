import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileUrlFor, keyOfFileUrl } from './file-url.ts';

const BASE = 'https://cdn.example.com/files/';
const segment = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  .filter((text) => !/[/\\\p{Cc}]/u.test(text) && text !== '.' && text !== '..');
const key = fc.array(segment, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'));

describe('file URLs', () => {
  it('come back as the key', () => {
    const bases = fc.constantFrom(
      BASE,
      'http://localhost:9000/b',
      'https://bücket.example',
      'http://[::1]:81/x|y',
    );
    fc.assert(
      fc.property(bases, key, (base, name) => {
        expect(keyOfFileUrl(base, fileUrlFor(base, name))).toBe(name);
      }),
    );
  });

  it.each([
    ['https://CDN.Example.com:443/files/a/b%20c', 'a/b c'],
    ['HTTPS://cdn.example.com/files/%F0%9F%98%80.png', '😀.png'],
    ['https://cdn.example.com/files/a:b@c', 'a:b@c'],
  ])('%s is ours', (url, found) => expect(keyOfFileUrl(BASE, url)).toBe(found));

  it.each([
    'http://cdn.example.com/files/a',
    'https://cdn.example.com:444/files/a',
    'https://cdn.example.com:99999/files/a',
    'https://cdn.example.com.evil.test/files/a',
    'https://cdn.example.com./files/a',
    'https://user@cdn.example.com/files/a',
    'https://cdn.example.com@evil.test/files/a',
    'https://cdn.example.com/filesystem/a',
    'https://cdn.example.com/Files/a',
    'https://cdn.example.com/files',
    'https://cdn.example.com/files/',
    'https://cdn.example.com/files//a',
    'https://cdn.example.com/files/a/',
    'https://cdn.example.com/files/a?x=1',
    'https://cdn.example.com/files/a?',
    'https://cdn.example.com/files/a#x',
    'https://cdn.example.com/files/../files/a',
    'https://cdn.example.com/files/./a',
    'https://cdn.example.com/files/%2e%2E/a',
    'https://cdn.example.com/files/.%2e/a',
    'https://cdn.example.com/files/a%2Fb',
    'https://cdn.example.com/files/a%5cb',
    'https://cdn.example.com/files/a\\b',
    'https:\\\\cdn.example.com\\files\\a',
    'https://cdn.example.com/files/a%',
    'https://cdn.example.com/files/%FF',
    'https://cdn.example.com/files/a%00',
    'https://cdn.example.com/files/a\n',
    ' https://cdn.example.com/files/a',
    'https://cdn.example.com/files/é',
    `https://cdn.example.com/files/${'a'.repeat(1025)}`,
    '//cdn.example.com/files/a',
    '/files/a',
    '',
  ])('%j is foreign', (url) => expect(keyOfFileUrl(BASE, url)).toBeNull());

  it('never maps a URL of another base', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.webUrl({ withFragments: true, withQueryParameters: true }), fc.string()),
        (url) => {
          expect(keyOfFileUrl(BASE, url)).toBeNull();
        },
      ),
    );
  });

  it('refuses bases and keys that make no URL', () => {
    for (const base of ['nonsense', 'ftp://x/', 'https://u:p@x/', 'https://x/?a', 'https://x/#a']) {
      if (base === 'https://x/?a') expect(() => fileUrlFor(base, 'k')).toThrow(/query/);
      else expect(() => fileUrlFor(base, 'k')).toThrow();
    }
    for (const bad of ['', '/a', 'a/', 'a//b', '../a', 'a/.', 'a\nb', '\ud800', 'k'.repeat(1025)]) {
      expect(() => fileUrlFor(BASE, bad)).toThrow(/key/);
    }
  });
});
