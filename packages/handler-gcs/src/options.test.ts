import { Storage } from '@google-cloud/storage';
import { describe, expect, it } from 'vitest';
import { type GcsOptions, settingsOf } from './options.ts';
import { gcsSigner } from './signer.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

describe('the options', () => {
  it('have the documented defaults', () => {
    expect(settingsOf({ bucket: 'files' })).toMatchObject({
      prefix: 'mesibo',
      checksum: 'crc32c',
      upload: 'session',
      partSize: 8 * MIB,
      singleUpTo: 8 * MIB,
      maxSize: 5 * 1024 ** 4,
      timeToLive: 900_000,
      origin: null,
    });
  });

  it('name all that is wrong at once', () => {
    const wrong: GcsOptions = {
      bucket: 'A',
      prefix: '../x',
      publicUrl: 'ftp://x',
      endpoint: 'http://x/path',
      origin: 'chat.example.com',
      partSize: 256 * KIB + 1,
      singleUpTo: -1,
      maxSize: 0.5,
      timeToLive: 8 * 86_400_000,
      cacheControl: 'a\r\nb',
      kmsKeyName: ' ',
      storageClass: 'é',
      projectId: '',
      credentials: { client_email: 'a@b', private_key: '' },
    };
    expect(() => gcsSigner(wrong)).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
    for (const name of Object.keys(wrong)) {
      expect(() => gcsSigner(wrong)).toThrow(new RegExp(`[:;] ${name}(\\.\\w+)?:`));
    }
  });

  it.each(['fi_les', 'a.b-c', 'files2'])('take %s as a bucket', (bucket) => {
    expect(settingsOf({ bucket }).bucket).toBe(bucket);
  });

  it.each(['Files', 'fi', '-files', 'a..b', 'x/y', `${'a'.repeat(64)}`, ''])(
    'refuse %s as a bucket',
    (bucket) => {
      expect(() => settingsOf({ bucket })).toThrow(/bucket/);
    },
  );

  it('bound parts and chunks apart', () => {
    expect(settingsOf({ bucket: 'files', partSize: 256 * KIB }).partSize).toBe(256 * KIB);
    expect(() => settingsOf({ bucket: 'files', upload: 'multipart', partSize: 4 * MIB })).toThrow(/partSize/);
    expect(settingsOf({ bucket: 'files', upload: 'multipart', partSize: 5 * MIB + 1 }).partSize).toBe(
      5 * MIB + 1,
    );
  });

  it('refuse a client beside credentials', () => {
    const client = new Storage({ projectId: 'x' });
    const both = { bucket: 'files', client, keyFilename: 'x' } as unknown as GcsOptions;
    expect(() => settingsOf(both)).toThrow(/client:/);
    expect(gcsSigner({ bucket: 'files', client }).owns('https://storage.googleapis.com/files/mesibo/x')).toBe(
      true,
    );
  });
});
