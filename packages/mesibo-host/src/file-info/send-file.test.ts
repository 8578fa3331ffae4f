import { FILESOURCE, FILETYPE } from '@mesibo-files/handler-core';
import { describe, expect, it } from 'vitest';
import { createOldWorld, PHOTO as path, photo, toBob, PHOTO_URL as url } from '../../test/file-info.ts';
import { MODE, SOURCE, STATUS, TYPE } from './constants.ts';
import { MessageParams } from './message-params.ts';

describe('sendFile', () => {
  it('uploads, then sends title, text, thumbnail and place with the file; the receiver has Mesibo_onFile', () => {
    const old = createOldWorld();
    const image = Uint8Array.of(1, 2, 3);
    const more = { title: 'Sunset', message: 'Look', image, lat: 48.2, lon: 16.4, secure: true };
    const file = Object.assign(photo(old), more);
    expect(old.alice.sendFile(toBob(), 7n, file)).toBe(0);
    old.world.settle();
    expect([old.sender.asked, old.bobSaw.files]).toEqual([[file], []]);
    old.sender.progress(50);
    old.sender.done(url);
    old.world.settle();
    const { params, file: got } = old.bobSaw.files[0] ?? expect.fail('nothing came');
    expect(got).toMatchObject({ ...more, mode: MODE.DOWNLOAD, type: TYPE.IMAGE, source: SOURCE.MESSAGE });
    expect([got.getUrl(), got.size, got.mimeType]).toEqual([url, path.length, 'image/jpeg']);
    expect([params.peer, params.mid, params.origin, params.profile?.address]).toEqual([
      'alice',
      got.mid,
      0,
      'alice',
    ]);
    expect(old.receiver.asked).toEqual([got]);
    expect(old.aliceSaw.statuses).toEqual(['7 1', '7 2']);
  });

  it.each(['secure', 'signedFiles', 'secureDownload'] as const)(
    'protects the file by the name %s, and every other name says so',
    (name) => {
      const old = createOldWorld();
      const file = photo(old);
      file[name] = true;
      old.alice.sendFile(toBob(), 7n, file);
      expect(old.sender.last.secure).toBe(true);
      old.sender.done(url);
      old.world.settle();
      const { secure, signedFiles, secureDownload } = old.bobSaw.last;
      expect([secure, signedFiles, secureDownload]).toEqual([true, true, true]);
      expect(old.world.bob.messages()[0]?.secureDownload).toBe(true);
    },
  );

  it('sends a place with no file', () => {
    const old = createOldWorld();
    const file = old.alice.getFileInstance(toBob(), 1n, MODE.UPLOAD, TYPE.LOCATION, 0, '', null, null);
    old.alice.sendFile(toBob(), 1n, Object.assign(file, { lat: 48.2, lon: 16.4, title: 'Here' }));
    old.world.settle();
    expect(old.bobSaw.last).toMatchObject({ type: TYPE.LOCATION, lat: 48.2, lon: 16.4, title: 'Here' });
    expect([old.sender.asked, old.receiver.asked]).toEqual([[], []]);
    expect(old.bob.startFileTransfer(old.bobSaw.last)).toBe(false);
  });

  it('understands the location’s old number, and the sources that have another today', () => {
    const old = createOldWorld();
    const file = old.alice.getFileInstance(toBob(), 1n, MODE.UPLOAD, 4, SOURCE.PROFILETN, path, null, null);
    old.alice.sendFile(toBob(), 1n, file);
    const message = old.world.alice.messages()[0];
    expect([message?.getFileType(), message?.getFile()?.source]).toEqual([
      FILETYPE.LOCATION,
      FILESOURCE.THUMBNAIL,
    ]);
  });

  it('of one file twice uploads it once, and sends both messages', () => {
    const old = createOldWorld();
    old.alice.sendFile(toBob(), 1n, photo(old));
    old.sender.progress(30);
    const same = photo(old);
    expect(same).toBe(old.sender.last);
    old.alice.sendFile(toBob(), 2n, same);
    expect(old.sender.asked).toHaveLength(1);
    expect(old.world.alice.messages().map((message) => message.getProgress())).toEqual([30, 30]);
    old.sender.done(url);
    old.world.settle();
    expect(old.bobSaw.files.map(({ file }) => file.getUrl())).toEqual([url, url]);
    expect(old.aliceSaw.statuses.filter((status) => status.endsWith(' 2'))).toEqual(['1 2', '2 2']);
  });

  it('of a file that is stored already does not upload it again, and keeps its name and size', () => {
    const old = createOldWorld();
    const file = photo(old);
    old.alice.sendFile(toBob(), 1n, file);
    old.sender.done(url);
    old.alice.sendFile(toBob(), 2n, file);
    old.world.settle();
    expect(old.sender.asked).toHaveLength(1);
    expect(old.bobSaw.files.map(({ file: got }) => [got.getUrl(), got.size])).toEqual([
      [url, path.length],
      [url, path.length],
    ]);
    const names = old.world.bob.messages().map((message) => message.getFileName());
    expect(names).toEqual(['photo.jpg', 'photo.jpg']);
  });

  it('of a URL alone uploads nothing', () => {
    const old = createOldWorld();
    const file = old.alice.getFileInstance(toBob(), 1n, MODE.UPLOAD, TYPE.IMAGE, 0, '', url, null);
    old.alice.sendFile(toBob(), 1n, file);
    old.world.settle();
    expect([old.sender.asked.length, old.bobSaw.last.getUrl()]).toEqual([0, url]);
  });

  it('takes no URL that was there before the upload for its result', () => {
    const old = createOldWorld();
    const file = photo(old);
    file.setUrl('https://api.example/upload.php');
    old.alice.sendFile(toBob(), 1n, file);
    expect(file.getUrl()).toBeNull();
    old.alice.updateFileTransferProgress(file, 100, STATUS.INPROGRESS);
    expect([file.getStatus(), old.bobSaw.files]).toEqual([STATUS.FAILED, []]);
  });

  it('to a group is refused: this host has no members', () => {
    const old = createOldWorld();
    const params = Object.assign(new MessageParams(), { groupid: 5 });
    expect(() => old.alice.sendFile(params, 1n, photo(old))).toThrow(
      expect.objectContaining({ code: 'unsupported' }),
    );
  });
});
