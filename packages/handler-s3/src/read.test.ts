import { fileUrlFor, findOwnKey, type OwnKeys, ownKey } from '@mesibo-files/handler-core/provider';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyOfBucketUrl } from './format/urls.ts';
import { type Settings, settingsOf } from './options.ts';
import { ownKeys as keysOf } from './read.ts';

const ownKeys = (settings: Settings): OwnKeys =>
  keysOf(settings, { keyOf: (url) => keyOfBucketUrl(settings, url, null) });
const amazon = settingsOf({ bucket: 'files' });
const custom = settingsOf({
  bucket: 'files',
  endpoint: 'https://s3.example:9000/base',
  publicUrl: 'https://cdn.example/x',
});
const segment = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
  .filter((text) => !/^\.{1,2}$|[/\\\p{Cc}\p{Surrogate}]/u.test(text));
const keys = fc
  .array(segment, { minLength: 1, maxLength: 4 })
  .map((segments) => `mesibo/${segments.join('/')}`);

describe('file URLs', () => {
  it('give back the key that they were made of', () => {
    fc.assert(
      fc.property(keys, (key) => {
        for (const base of [
          'https://files.s3.eu-west-1.amazonaws.com',
          'https://s3.us-east-1.amazonaws.com/files',
          'https://files.s3.dualstack.eu-west-1.amazonaws.com',
          'https://files.s3-accelerate.amazonaws.com',
          'https://files.s3.cn-north-1.amazonaws.com.cn',
        ]) {
          expect(ownKey(ownKeys(amazon), fileUrlFor(base, key))).toBe(key);
        }
        for (const base of ['https://s3.example:9000/base/files', 'https://cdn.example/x']) {
          expect(ownKey(ownKeys(custom), fileUrlFor(base, key))).toBe(key);
        }
      }),
    );
  });

  it.each([
    'https://files.s3.eu-west-1.amazonaws.com/other/x',
    'https://files.s3.eu-west-1.amazonaws.com/mesibo',
    'https://files.s3.eu-west-1.amazonaws.com/mesibo/../x',
    'https://files.s3.eu-west-1.amazonaws.com/mesibo/%2e%2e/x',
    'https://files.s3.eu-west-1.amazonaws.com/mesibo/x?X-Amz-Signature=1',
    'https://files.s3.eu-west-1.amazonaws.com.evil.example/mesibo/x',
    'https://evil.example/files.s3.eu-west-1.amazonaws.com/mesibo/x',
    'https://my.files.s3.eu-west-1.amazonaws.com/mesibo/x',
    'https://s3.eu-west-1.amazonaws.com/other/mesibo/x',
    'https://s3.eu-west-1.amazonaws.com/FILES/mesibo/x',
    'http://files.s3.eu-west-1.amazonaws.com/mesibo/x',
    'https://user@files.s3.eu-west-1.amazonaws.com/mesibo/x',
    'https://s3.example:9000/base/files/mesibo/x',
    'file:///etc/passwd',
    '',
  ])('of others are not owned: %s', (url) => {
    expect(findOwnKey(ownKeys(amazon), url)).toBeNull();
    expect(() => ownKey(ownKeys(amazon), url)).toThrow(expect.objectContaining({ code: 'foreign-url' }));
  });

  it('never make owns throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.webUrl(), fc.string()), (url) => {
        expect(findOwnKey(ownKeys(custom), url)).toBeNull();
      }),
    );
  });
});
