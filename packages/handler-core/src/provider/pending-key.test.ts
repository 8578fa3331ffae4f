import { describe, expect, it } from 'vitest';
import { fileUrlFor, keyOfFileUrl } from '../naming/file-url.ts';
import { findOwnKey, type OwnKeys, ownKey } from './own-keys.ts';
import { isPendingName, keyOfPending, pendingFolder, pendingName } from './pending-key.ts';

const BUCKET = 'https://bucket.example';

describe.each(['', 'mesibo', 'chat/files'])('a pending name under the prefix "%s"', (prefix) => {
  const key = `${prefix === '' ? '' : `${prefix}/`}1/2026/11/abc/photo.jpg`;
  const own: OwnKeys = {
    prefix,
    publicUrl: 'https://cdn.example/base',
    keyOfBucketUrl: (url) => keyOfFileUrl(BUCKET, url),
  };

  it('belongs to one key, and is in the folder that a lifecycle rule empties', () => {
    const name = pendingName(prefix, key);
    expect(name.startsWith(pendingFolder(prefix))).toBe(true);
    expect(keyOfPending(prefix, name)).toBe(key);
    expect(isPendingName(prefix, name)).toBe(true);
    expect(isPendingName(prefix, key)).toBe(false);
    expect(() => keyOfPending(prefix, key)).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  });

  it('has no file URL: nothing that waits is owned, read or removed, by any spelling', () => {
    const staging = pendingName(prefix, key).replace('pending/', 'staging/');
    for (const base of [BUCKET, 'https://cdn.example/base']) {
      expect(findOwnKey(own, fileUrlFor(base, key))).toBe(key);
      for (const name of [pendingName(prefix, key), staging]) {
        const url = fileUrlFor(base, name);
        for (const spelled of [
          url,
          url.replace('pending', '%70ending'),
          url.replace('pending/', 'pending//'),
        ]) {
          expect(findOwnKey(own, spelled)).toBeNull();
          expect(() => ownKey(own, spelled)).toThrow(expect.objectContaining({ code: 'foreign-url' }));
        }
      }
    }
  });
});
