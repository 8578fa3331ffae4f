import { TransferError } from '@mesibo-files/handler-core';
import { describe, expect, it } from 'vitest';
import { createWorld, ScriptedHandler, sendFile, stateOf } from '../../test/world.ts';

describe('handlers', () => {
  it('are asked in order; the first that says true owns progress and stop', () => {
    const world = createWorld();
    const second = new ScriptedHandler();
    const third = new ScriptedHandler();
    world.alice.addListener(second);
    world.alice.addListener(third);
    world.sender.onStart = () => false;
    const message = sendFile(world);
    world.sender.last.setProgress(70);
    world.sender.last.setResult(false);
    world.sender.last.start();
    expect(world.errors).toEqual([]);
    expect(stateOf(message)).toBe('running');
    expect(message.getProgress()).toBe(0);
    second.last.setProgress(30);
    expect(message.getProgress()).toBe(30);
    message.stopFileTransfer();
    expect([world.sender.stopped, second.stopped, third.asked].map((list) => list.length)).toEqual([0, 1, 0]);
  });

  it('that were removed are asked no more, and still stop what they started', () => {
    const world = createWorld();
    const first = sendFile(world);
    world.alice.removeListener(world.sender);
    first.stopFileTransfer();
    expect(world.sender.stopped).toHaveLength(1);
    const second = sendFile(world);
    expect(world.sender.asked).toHaveLength(1);
    expect(stateOf(second)).toBe('failed');
  });

  it('are missing: the transfer fails, says why, and can be asked for again', () => {
    const world = createWorld();
    world.alice.removeListener(world.sender);
    const message = sendFile(world);
    expect(world.errors.map((error) => TransferError.is(error) && error.code)).toEqual(['unsupported']);
    expect(world.aliceSaw.events).toEqual(['update 0 failed']);
    world.alice.addListener(world.sender);
    world.alice.messages();
    expect(stateOf(message)).toBe('running');
  });

  it('that answer a promise have not started', async () => {
    const world = createWorld();
    world.sender.onStart = (async () => true) as unknown as () => boolean;
    const message = sendFile(world);
    expect(stateOf(message)).toBe('required');
    expect(String(world.errors[0])).toContain('a promise');
  });
});

describe('listeners', () => {
  it('may throw without harm to the others or to the transfer', () => {
    const world = createWorld();
    world.alice.removeListener(world.aliceSaw);
    world.alice.addListener({
      Mesibo_onMessageUpdate: () => {
        throw new Error('on purpose');
      },
    });
    world.alice.addListener(world.aliceSaw);
    const message = sendFile(world);
    world.sender.last.setResult(true, 'https://store.example/key');
    expect(stateOf(message)).toBe('ready');
    expect(world.errors).toHaveLength(2);
    expect(world.aliceSaw.events).toContain('update 100 ready');
  });
});
