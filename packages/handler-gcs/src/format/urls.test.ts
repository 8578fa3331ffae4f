import { fileUrlFor } from '@mesibo-files/handler-core/provider';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSessionUri, jsonUrl, keyOfBucketUrl, locate, xmlUrl } from './urls.ts';

const google = locate('https://storage.googleapis.com', 'files');
const local = locate('http://127.0.0.1:4443', 'files');

const key = fc
  .array(
    fc.stringMatching(/^[\w.~ü=@%+ -]{1,20}$/).filter((one) => one !== '.' && one !== '..'),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((segments) => segments.join('/'));

describe('where things are', () => {
  it('a key comes back from its own URL, and from no other', () => {
    fc.assert(
      fc.property(key, (one) => {
        for (const location of [google, local]) {
          expect(keyOfBucketUrl(location, fileUrlFor(location.baseUrl, one))).toBe(one);
        }
        expect(keyOfBucketUrl(local, fileUrlFor(google.baseUrl, one))).toBeNull();
      }),
    );
  });

  it('Google takes the bucket in the host, too', () => {
    expect(keyOfBucketUrl(google, 'https://files.storage.googleapis.com/mesibo/x')).toBe('mesibo/x');
    expect(keyOfBucketUrl(google, 'https://other.storage.googleapis.com/mesibo/x')).toBeNull();
    expect(keyOfBucketUrl(google, 'https://storage.googleapis.com/other/mesibo/x')).toBeNull();
  });

  it('requests name the object, escaped', () => {
    expect(xmlUrl(local, 'a/b c', { uploads: '' })).toBe('http://127.0.0.1:4443/files/a/b%20c?uploads');
    expect(xmlUrl(local, null, { uploads: '', prefix: 'a/' })).toBe(
      'http://127.0.0.1:4443/files?uploads&prefix=a%2F',
    );
    expect(jsonUrl(local, 'a/b c')).toBe('http://127.0.0.1:4443/storage/v1/b/files/o/a%2Fb%20c');
  });

  it('a session is of its object, however its path is escaped', () => {
    expect(isSessionUri(local, 'http://127.0.0.1:4443/files/a%2Fb?upload_id=1', 'a/b')).toBe(true);
    expect(isSessionUri(local, 'http://127.0.0.1:4443/files/a/../b?upload_id=1', 'a/b')).toBe(false);
  });
});
