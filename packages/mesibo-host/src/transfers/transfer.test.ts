import { ORIGIN } from '@mesibo-files/handler-core';
import { describe, expect, it } from 'vitest';
import { createWorld, receiveFile, sendFile, stateOf } from '../../test/world.ts';

describe('an upload', () => {
  it('is asked for with what the message says', () => {
    const world = createWorld();
    const message = sendFile(world);
    const file = world.sender.last;
    expect(file.upload).toBe(true);
    expect(file.getPath()).toBe('/alice/photo.jpg');
    expect(file.getUrl()).toBeNull();
    expect(file.mid).toBe(message.mid);
    expect(file.ts).toBe(1_700_000_000_000);
    expect(file.priority).toBe(0);
    expect(file.origin).toBe(ORIGIN.REALTIME);
    expect(file.secure).toBe(false);
    expect(file.inProgress).toBe(true);
    expect(file.getLocalIdentifier()).toBeNull();
    expect(file.getPHAsset()).toBeNull();
  });

  it('never goes back, ignores nonsense, and stays at 99 until its URL is known', () => {
    const world = createWorld();
    const message = sendFile(world);
    const file = world.sender.last;
    for (const percent of [10.9, 5, -1, Number.NaN, Number.POSITIVE_INFINITY, 10, 100, 250]) {
      file.setProgress(percent);
    }
    expect(file.progress).toBe(99);
    file.setResult(true, 'https://store.example/key');
    expect(file.progress).toBe(100);
    expect(message.getProgress()).toBe(100);
    expect(world.aliceSaw.events.filter((event) => event.startsWith('update'))).toEqual([
      'update 0 running',
      'update 10 running',
      'update 99 running',
      'update 100 ready',
    ]);
  });

  it.each([undefined, null, ''])('that succeeds with %j for a URL has failed', (url) => {
    const world = createWorld();
    const message = sendFile(world);
    world.sender.last.setResult(true, url);
    world.settle();
    expect(stateOf(message)).toBe('failed');
    expect(world.bobSaw.messages).toEqual([]);
  });

  it('settles once: what is reported late changes nothing', () => {
    const world = createWorld();
    const message = sendFile(world);
    const file = world.sender.last;
    file.setResult(false);
    const told = world.aliceSaw.events.length;
    file.setResult(true, 'https://store.example/key');
    file.setProgress(50);
    file.cancel(true);
    file.start();
    world.settle();
    expect(stateOf(message)).toBe('failed');
    expect(file.result).toBe(false);
    expect(file.progress).toBe(0);
    expect(world.aliceSaw.events).toHaveLength(told);
    expect(world.errors).toEqual([]);
  });
});

describe('a transfer that runs', () => {
  it('is not asked for again, and gets more urgent with each start, never less', () => {
    const world = createWorld();
    const message = sendFile(world);
    const priorities = [2, 1, 0, 3].map((priority) => {
      expect(message.startFileTransfer(priority)).toBe(true);
      return world.sender.last.priority;
    });
    expect([priorities, world.sender.asked.length]).toEqual([[2, 2, 2, 3], 1]);
    message.stopFileTransfer();
    message.startFileTransfer(1);
    expect(world.sender.last.priority).toBe(1);
  });
});

describe('a result during the start call', () => {
  it('counts once start has said true', () => {
    const world = createWorld();
    world.sender.onStart = (file) => {
      file.setProgress(40);
      file.setResult(true, 'https://store.example/key');
      expect(file.inProgress).toBe(false);
      return true;
    };
    const message = sendFile(world);
    expect(stateOf(message)).toBe('ready');
    expect(world.aliceSaw.events.slice(0, 4)).toEqual([
      'progress 40',
      'update 40 running',
      'progress 100 ended',
      'update 100 ready',
    ]);
  });

  it.each(['says false', 'throws'])('is dropped when start %s', (how) => {
    const world = createWorld();
    world.sender.onStart = (file) => {
      file.setResult(true, 'https://store.example/key');
      if (how === 'throws') throw new Error('on purpose');
      return false;
    };
    const message = sendFile(world);
    expect(stateOf(message)).toBe('required');
    expect(message.getProgress()).toBe(0);
    expect(world.errors).toHaveLength(how === 'throws' ? 1 : 0);
  });
});

describe('a download', () => {
  it('is asked for with the URL, and a path of its own', () => {
    const world = createWorld();
    receiveFile(world);
    const file = world.receiver.last;
    expect(file.upload).toBe(false);
    expect(file.getUrl()).toBe('https://store.example/key');
    expect(file.getPath()).toBe('/bob/photo.jpg');
    file.setProgress(100);
    expect(file.progress).toBe(100);
    file.setResult(true);
    expect(stateOf(world.bobSaw.last)).toBe('ready');
  });

  it('is secure when the sender asked for signed files', () => {
    const world = createWorld();
    const message = world.alice.getProfile('bob').newMessage();
    message.setContent('/alice/photo.jpg');
    message.signedFiles = true;
    message.send();
    expect(world.sender.last.secure).toBe(true);
    world.sender.last.setResult(true, 'https://store.example/key');
    world.settle();
    expect(world.receiver.last.secure).toBe(true);
  });
});

describe('what a handler keeps', () => {
  it('is on the transfer when it is stopped, and not on the next one', () => {
    const world = createWorld();
    world.sender.onStart = (file) => {
      file.setFileTransferContext('mine');
      return true;
    };
    const message = sendFile(world);
    message.stopFileTransfer();
    expect(world.sender.stopped[0]?.getFileTransferContext()).toBe('mine');
    world.sender.onStart = (file) => file.getFileTransferContext() === null;
    expect(message.startFileTransfer(1)).toBe(true);
  });

  it("sees the app's object, as it is when the transfer is asked for", () => {
    const world = createWorld();
    const message = world.alice.getProfile('bob').newMessage();
    message.setContent('/alice/photo.jpg');
    const file = message.getFile();
    if (file) file.object = { album: 7 };
    message.send();
    expect(world.sender.last.getUserObject()).toEqual({ album: 7 });
  });
});
