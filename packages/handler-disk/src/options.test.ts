import { resolve } from 'node:path';
import { MIB } from '@mesibo-files/handler-core/provider';
import { expect, it } from 'vitest';
import { type DiskOptions, settingsOf } from './options.ts';
import { newDiskSecret } from './presign/keyring.ts';

const good: DiskOptions = {
  folder: 'files',
  secrets: [{ id: 'k1', secret: 's'.repeat(32) }],
  storeUrl: 'http://127.0.0.1:8080/disk',
};

it('everything has a default but the folder, the secrets and the URL', () => {
  const settings = settingsOf(good);
  expect(settings).toMatchObject({
    folder: resolve('files'),
    prefix: 'mesibo',
    partSize: 8 * MIB,
    singleUpTo: 8 * MIB,
    maxSize: 5 * MIB * MIB,
    timeToLive: 900_000,
    keptFor: 86_400_000,
    cacheControl: null,
  });
  expect(settings.publicUrl()).toBe(good.storeUrl);
});

it('URLs may be known later', () => {
  let port = 0;
  const settings = settingsOf({ ...good, storeUrl: () => `http://127.0.0.1:${port}/disk` });
  port = 9;
  expect([settings.storeUrl(), settings.publicUrl()]).toEqual([
    'http://127.0.0.1:9/disk',
    'http://127.0.0.1:9/disk',
  ]);
});

it('names all that is wrong at once', () => {
  const wrong: DiskOptions = {
    folder: 'a\0b',
    secrets: [
      { id: 'k 1', secret: 's'.repeat(32) },
      { id: 'k 1', secret: 'short' },
    ],
    storeUrl: 'ftp://example.com',
    publicUrl: 'https://example.com/?a=b',
    prefix: 'a//b',
    partSize: 1,
    singleUpTo: -1,
    maxSize: 0.5,
    timeToLive: 0,
    keptFor: 1,
    cacheControl: 'a\nb',
  };
  const names = ['folder', 'secrets', 'storeUrl', 'publicUrl', 'prefix', 'partSize', 'singleUpTo', 'maxSize'];
  const all = [...names, 'secrets: each id once', 'timeToLive', 'keptFor', 'cacheControl'];
  let message = '';
  try {
    settingsOf(wrong);
  } catch (error) {
    message = String(error);
  }
  for (const name of all) expect(message).toContain(name);
  expect(message).not.toContain('short');
});

it('a prefix fits into names of files', () => {
  expect(() => settingsOf({ ...good, prefix: 'p'.repeat(200) })).not.toThrow();
  expect(() => settingsOf({ ...good, prefix: 'p'.repeat(201) })).toThrow(/prefix/);
});

it('a new secret is one', () => {
  const [one, two] = [newDiskSecret(), newDiskSecret()];
  expect(one).not.toEqual(two);
  expect(() => settingsOf({ ...good, secrets: [one, two] })).not.toThrow();
});
