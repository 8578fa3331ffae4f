import { describe, expect, it } from 'vitest';
import {
  createOldWorld,
  PHOTO as path,
  photo,
  received,
  toBob,
  PHOTO_URL as url,
} from '../../test/file-info.ts';
import { createWorld, stateOf } from '../../test/world.ts';
import { MODE, STATUS } from './constants.ts';
import type { FileInfo } from './file-info.ts';
import { FileInfoMesibo } from './mesibo.ts';

describe('getFileInstance', () => {
  it('answers the running one for the same path or URL, and a new one when that is over', () => {
    const old = createOldWorld();
    const got = received(old);
    const download = (from: string | null): FileInfo =>
      old.bob.getFileInstance(null, 0n, MODE.DOWNLOAD, 0, 0, '/bob/other', from, null);
    expect([download(url) === got, download('https://store.example/other') === got]).toEqual([true, false]);
    old.receiver.done();
    expect(download(url)).not.toBe(got);
    const up = photo(old);
    expect(old.alice.startFileTransfer(up)).toBe(true);
    expect([photo(old) === up, photo(old, '/alice/other.jpg') === up]).toEqual([true, false]);
    expect(old.alice.getFileInstance(MODE.DOWNLOAD, null, '/alice/in.jpg')).not.toBe(up);
    old.alice.stopFileTransfer(up);
    expect(photo(old)).not.toBe(up);
  });

  it('takes the three arguments that mesibo’s pages describe', () => {
    const { alice } = createOldWorld();
    const file = alice.getFileInstance(MODE.DOWNLOAD, url, '/alice/in.jpg');
    expect([file.mode, file.getUrl(), file.getPath(), file.source]).toEqual([0, url, '/alice/in.jpg', 0]);
  });

  it('tells every listener that asked for the same', () => {
    const old = createOldWorld();
    old.alice.startFileTransfer(photo(old));
    const told: number[] = [];
    const file = old.alice.getFileInstance(toBob(), 1n, MODE.UPLOAD, 1, 0, path, null, {
      Mesibo_onFileTransferProgress: (same) => told.push(same.getProgress()) > 0,
    });
    old.sender.progress(60);
    expect([told, file.getProgress(), old.aliceSaw.progress.at(-1)]).toEqual([[60], 60, '60 INPROGRESS']);
  });
});

describe('a transfer', () => {
  it('with no message is moved, and nothing is sent', () => {
    const old = createOldWorld();
    const file = photo(old);
    expect(old.alice.startFileTranser(file)).toBe(true);
    expect(old.sender.last.userInteraction).toBe(false);
    old.sender.done(url);
    old.world.settle();
    expect([file.isTransferred(), file.getUrl(), old.bobSaw.files]).toEqual([true, url, []]);
    expect(old.alice.startFileTransfer(file)).toBe(true);
    expect(old.sender.asked).toHaveLength(2);
  });

  it('of a received file is its message’s; a person’s wish is its priority', () => {
    const old = createOldWorld();
    old.receiver.onStart = (file) => file.userInteraction;
    const file = received(old);
    const message = old.world.bobSaw.last;
    expect([stateOf(message), old.bob.startFileTransfer(file)]).toEqual(['required', false]);
    file.userInteraction = true;
    expect(old.bob.startFileTransfer(file)).toBe(true);
    expect([stateOf(message), old.receiver.last]).toEqual(['running', file]);
    expect([old.bob.stopFileTransfer(file), old.receiver.stopped]).toEqual([true, [file]]);
    expect([old.bob.stopFileTransfer(file), stateOf(message), file.getStatus()]).toEqual([
      false,
      'required',
      STATUS.IDLE,
    ]);
  });

  it('tells the file’s listener, and that of all files, of each step', () => {
    const old = createOldWorld();
    const own: string[] = [];
    const file = photo(old);
    file.setListener({
      Mesibo_onFileTransferProgress: (told) => own.push(`${told.getProgress()} ${told.getStatus()}`) > 0,
    });
    old.alice.sendFile(toBob(), 1n, file);
    old.sender.progress(50);
    old.sender.fail(STATUS.RETRYLATER);
    old.alice.startFileTransfer(file);
    old.sender.done(url);
    expect(own).toEqual(['0 1', '50 1', '-1 2', '0 1', '100 1']);
    expect(old.aliceSaw.progress).toEqual([
      '0 INPROGRESS',
      '50 INPROGRESS',
      '-1 RETRYLATER',
      '0 INPROGRESS',
      '100 INPROGRESS',
    ]);
  });

  it('of two messages stops when both are stopped', () => {
    const old = createOldWorld();
    old.alice.sendFile(toBob(), 1n, photo(old));
    old.alice.sendFile(toBob(), 2n, photo(old));
    const [one, two] = old.world.alice.messages();
    one?.stopFileTransfer();
    expect([old.sender.stopped.length, old.sender.progress(20), two?.getProgress()]).toEqual([0, true, 20]);
    two?.stopFileTransfer();
    expect([old.sender.stopped.length, old.sender.progress(30)]).toEqual([1, false]);
  });

  it('is asked for again when the messages are read, and the app told of the same file', () => {
    const old = createOldWorld();
    old.receiver.onStart = () => false;
    const file = received(old);
    old.receiver.onStart = () => true;
    old.world.bob.createReadSession().read(10);
    expect(old.bobSaw.files.map((told) => told.file)).toEqual([file, file]);
    expect(old.bobSaw.files.map((told) => told.params.origin)).toEqual([0, 1]);
    expect([old.receiver.last, file.getParams().origin]).toEqual([file, 1]);
  });

  it('of a received file is known by its message, whatever object the app puts on the file', () => {
    const old = createOldWorld();
    old.world.bob.addListener({
      Mesibo_onMessage: (message) => {
        const content = message.getFile();
        if (content !== null) content.object = 'mine';
      },
    });
    const file = received(old);
    expect(old.receiver.last).toBe(file);
    expect(old.world.bobSaw.last.getFile()?.object).toBe('mine');
  });

  it('that a handler of today’s moves is followed all the same', () => {
    const world = createWorld();
    const bob = new FileInfoMesibo(world.bob);
    const told: string[] = [];
    let file: FileInfo | null = null;
    bob.addListener({
      Mesibo_onFile: (_params, came) => {
        file = came;
      },
      Mesibo_onFileTransferProgress: (changed) =>
        told.push(`${changed.getProgress()} ${changed.getStatus()}`) > 0,
    });
    const message = world.alice.getProfile('bob').newMessage();
    message.setContent(path);
    message.send();
    world.sender.last.setResult(true, url);
    world.settle();
    world.receiver.last.setProgress(30);
    world.receiver.last.setResult(false);
    world.bobSaw.last.startFileTransfer(1);
    world.bobSaw.last.stopFileTransfer();
    world.bobSaw.last.startFileTransfer(1);
    world.receiver.last.setResult(true);
    expect(told).toEqual(['0 1', '30 1', '-1 3', '0 1', '0 0', '0 1', '100 1']);
    expect(file).toMatchObject({ mode: MODE.DOWNLOAD });
  });
});

describe('listeners', () => {
  it('make file transfer enabled while one of them is a handler', () => {
    const { world, alice, sender } = createOldWorld();
    expect(alice.isFileTransferEnabled()).toBe(true);
    alice.removeListener(sender);
    expect(alice.isFileTransferEnabled()).toBe(false);
    world.alice.addListener(world.sender);
    expect(alice.isFileTransferEnabled()).toBe(true);
  });

  it('that throw are reported, and harm nobody', () => {
    const old = createOldWorld();
    old.alice.addListener({
      Mesibo_onFileTransferProgress: () => {
        throw new Error('a fault of the app');
      },
    });
    old.alice.sendFile(toBob(), 1n, photo(old));
    old.sender.done(url);
    old.world.settle();
    expect(old.errors.length).toBeGreaterThan(0);
    expect(old.bobSaw.files).toHaveLength(1);
  });

  it('that were removed are told of nothing, and asked for nothing', () => {
    const old = createOldWorld();
    old.alice.removeListener(old.aliceSaw);
    old.alice.removeListener(old.sender);
    const file = old.alice.getFileInstance(MODE.UPLOAD, null, path);
    expect(old.alice.startFileTransfer(file)).toBe(false);
    expect([old.sender.asked, old.aliceSaw.progress, old.errors.length]).toEqual([[], [], 1]);
  });
});
