import { FILETYPE } from '@mesibo-files/handler-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeFile, type FileDescription, readFileDescription } from './file-description.ts';

const URL = 'https://store.example/key';

describe('a file described in a message', () => {
  it('is read as it was written', () => {
    const file: FileDescription = {
      url: URL,
      name: 'Отпуск.jpg',
      size: 5,
      mimeType: 'image/jpeg',
      type: FILETYPE.IMAGE,
      title: 'Sunset',
      message: 'Look',
      thumbnail: Uint8Array.of(1, 2, 255),
      secure: true,
    };
    expect(readFileDescription(describeFile(file))).toEqual(file);
    expect(readFileDescription(describeFile({ url: URL }))).toEqual({
      ...file,
      name: 'file',
      size: 0,
      mimeType: null,
      type: FILETYPE.AUTO,
      title: '',
      message: '',
      thumbnail: null,
      secure: false,
    });
  });

  it('needs a URL, and a thumbnail that is small', () => {
    for (const url of ['', 'photo.jpg', 'file:///etc/passwd', 'https://'])
      expect(() => describeFile({ url })).toThrow(expect.objectContaining({ code: 'invalid-url' }));
    expect(describeFile({ url: URL, thumbnail: new Uint8Array(64 * 1024) })).toContain(URL);
    for (const much of [{ thumbnail: new Uint8Array(64 * 1024 + 1) }, { message: 'x'.repeat(200_000) }])
      expect(() => describeFile({ url: URL, ...much })).toThrow(
        expect.objectContaining({ code: 'invalid-argument' }),
      );
  });

  it('of a stranger is nothing, or harmless', () => {
    const entry = (file: unknown): string => JSON.stringify({ mesiboFile: file });
    for (const text of [
      '',
      'Hello',
      '{"mesiboFile":',
      entry(null),
      entry({}),
      entry({ url: 'file:///x' }),
      '{}',
    ])
      expect(readFileDescription(text)).toBeNull();
    expect(readFileDescription(entry({ url: URL, thumbnail: '!' }))).toBeNull();
    const odd = {
      url: URL,
      name: '../../etc/passwd',
      size: -1,
      type: 1e99,
      title: 5,
      secure: 'no',
      mimeType: {},
    };
    expect(readFileDescription(entry(odd))).toMatchObject({
      size: 0,
      type: 0,
      title: '',
      secure: true,
      mimeType: null,
    });
    expect(readFileDescription(entry(odd))?.name).not.toMatch(/[/\\]/);
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.jsonValue().map(entry)), (text) => {
        const read = readFileDescription(text);
        if (read !== null) expect(read.url).toMatch(/^https?:/i);
      }),
    );
  });
});
