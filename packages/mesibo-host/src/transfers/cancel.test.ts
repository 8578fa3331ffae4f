import { describe, expect, it } from 'vitest';
import { createWorld, receiveFile, sendFile, stateOf } from '../../test/world.ts';

describe('cancel', () => {
  it('with retry puts it off: it is asked for again when the messages are read', () => {
    const world = createWorld();
    const message = receiveFile(world);
    world.receiver.last.cancel(true);
    expect(stateOf(message)).toBe('required');
    world.bob.messages();
    expect(world.receiver.asked).toHaveLength(2);
    expect(stateOf(message)).toBe('running');
  });

  it('without retry blocks the download, even for the user', () => {
    const world = createWorld();
    const message = receiveFile(world);
    world.receiver.last.cancel(false);
    world.bob.messages();
    expect(message.startFileTransfer(5)).toBe(false);
    expect(message.toggleFileTransfer(5)).toBe(false);
    expect(world.receiver.asked).toHaveLength(1);
    expect(stateOf(message)).toBe('nothing');
  });

  it('without retry blocks it for the user only unless the option says otherwise', () => {
    const world = createWorld({ userUnblocks: true });
    const message = receiveFile(world);
    world.receiver.last.cancel(false);
    expect(message.startFileTransfer(0)).toBe(false);
    expect(message.startFileTransfer(1)).toBe(true);
    world.receiver.last.setResult(false);
    expect(stateOf(message)).toBe('failed');
  });

  it('blocks one message of one user, and no other', () => {
    const world = createWorld();
    receiveFile(world);
    world.receiver.last.cancel(false);
    const second = receiveFile(world);
    expect(stateOf(second)).toBe('running');
  });

  it('without retry counts although start says false, and no other handler is asked', () => {
    const world = createWorld();
    const others: unknown[] = [];
    world.bob.addListener({
      Mesibo_onStartFileTransfer: (file) => others.push(file) > 0,
      Mesibo_onStopFileTransfer: () => true,
    });
    world.receiver.onStart = (file) => {
      file.cancel(false);
      return false;
    };
    expect(stateOf(receiveFile(world))).toBe('nothing');
    expect(others).toEqual([]);
  });

  it('without retry fails an upload, which can be started again', () => {
    const world = createWorld();
    const message = sendFile(world);
    world.sender.last.cancel(false);
    expect(stateOf(message)).toBe('failed');
    expect(message.startFileTransfer(1)).toBe(true);
  });
});

describe('stop', () => {
  it('reaches the handler that started, and nothing it reports afterwards counts', () => {
    const world = createWorld();
    const message = sendFile(world);
    const file = world.sender.last;
    expect(message.stopFileTransfer()).toBe(true);
    expect(world.sender.stopped).toEqual([file]);
    file.setProgress(80);
    file.setResult(true, 'https://store.example/key');
    world.settle();
    expect(stateOf(message)).toBe('required');
    expect(world.bobSaw.messages).toEqual([]);
    expect(message.stopFileTransfer()).toBe(false);
  });

  it('leaves a later start alone, whatever the stopped one still reports', () => {
    const world = createWorld();
    const message = sendFile(world);
    const stopped = world.sender.last;
    message.toggleFileTransfer(1);
    expect(message.toggleFileTransfer(3)).toBe(true);
    stopped.setResult(true, 'https://store.example/wrong');
    expect(stateOf(message)).toBe('running');
    expect(world.sender.last.priority).toBe(3);
    world.sender.last.setResult(true, 'https://store.example/right');
    expect(message.getFile()?.url).toBe('https://store.example/right');
  });

  it('holds even when the handler throws, or the app starts again on being told', () => {
    const world = createWorld();
    const message = sendFile(world);
    world.sender.Mesibo_onStopFileTransfer = () => {
      throw new Error('on purpose');
    };
    let again = true;
    world.alice.addListener({
      Mesibo_onMessageUpdate: (updated) => {
        if (again && updated.isFileTransferRequired()) {
          again = false;
          updated.startFileTransfer(2);
        }
      },
    });
    message.stopFileTransfer();
    expect(world.errors).toHaveLength(1);
    expect(stateOf(message)).toBe('running');
    expect(world.sender.asked).toHaveLength(2);
  });
});
