import { CONNECTIVITY, FILETYPE, ORIGIN } from '@mesibo-files/handler-core';
import { describe, expect, it } from 'vitest';
import { createWorld, Diary, receiveFile, sendFile, stateOf } from '../test/world.ts';
import { MSGSTATUS } from './messages/message-record.ts';

describe('a message', () => {
  it('reaches the receiver only once its file has a URL', () => {
    const world = createWorld();
    const message = sendFile(world, '/alice/Отпуск.PNG');
    expect(world.bobSaw.messages).toEqual([]);
    expect(message.status).toBe(MSGSTATUS.OUTBOX);
    world.sender.last.setResult(true, 'https://store.example/key');
    expect(message.status).toBe(MSGSTATUS.SENT);
    world.settle();
    expect(message.status).toBe(MSGSTATUS.DELIVERED);
    expect(world.aliceSaw.events.slice(-3)).toEqual(['update 100 ready', 'status 1', 'status 2']);
    const received = world.bobSaw.last;
    expect(received.mid).toBe(message.mid);
    expect(received.getFile()).toMatchObject({
      url: 'https://store.example/key',
      name: 'Отпуск.PNG',
      path: '/bob/Отпуск.PNG',
      type: FILETYPE.IMAGE,
      mimeType: 'image/png',
      size: '/alice/Отпуск.PNG'.length,
    });
    expect(received.getFile()).not.toBe(message.getFile());
  });

  it('without a file leaves at once, and has nothing to transfer', () => {
    const world = createWorld();
    const message = world.alice.getProfile('bob').newMessage();
    message.title = 'Hello';
    message.message = 'How are you?';
    expect(message.send()).toBe(0);
    world.settle();
    expect(world.bobSaw.last).toMatchObject({ title: 'Hello', message: 'How are you?', peer: 'alice' });
    expect(stateOf(world.bobSaw.last)).toBe('nothing');
    expect(world.bobSaw.last.startFileTransfer(1)).toBe(false);
    expect(world.sender.asked).toEqual([]);
  });

  it('with the URL of a stored file leaves without an upload', () => {
    const world = createWorld();
    const message = sendFile(world, 'https://cdn.example/a/b%20c.mp4?x=/y');
    expect(stateOf(message)).toBe('ready');
    expect(world.sender.asked).toEqual([]);
    expect(world.receiver.last.getUrl()).toBe('https://cdn.example/a/b%20c.mp4?x=/y');
    expect(world.bobSaw.last.getFile()).toMatchObject({ name: 'b c.mp4', type: FILETYPE.VIDEO });
  });

  it('can be sent once, and not be changed afterwards', () => {
    const message = receiveFile(createWorld());
    expect(() => message.send()).toThrow('already');
    expect(() => message.setContent('/x')).toThrow('already');
  });

  it('has an id of 64 random bits and its time in milliseconds', () => {
    const { alice } = createWorld({ random: { bytes: () => Uint8Array.of(0xff, 0, 0, 0, 0, 0, 0, 1) } });
    const message = alice.getProfile('bob').newMessage();
    expect(message.mid).toBe(0xff00000000000001n);
    expect(message.ts).toBe(1_700_000_000_000);
  });
});

describe('users who are away', () => {
  it('get what they missed as pending', () => {
    const world = createWorld();
    world.bob.stop();
    sendFile(world);
    world.sender.last.setResult(true, 'https://store.example/key');
    world.settle();
    expect(world.bobSaw.messages).toEqual([]);
    world.bob.start();
    world.settle();
    expect(world.receiver.last.origin).toBe(ORIGIN.PENDING);
  });

  it('get as pending, too, what was on its way when they left', () => {
    const world = createWorld();
    sendFile(world);
    world.sender.last.setResult(true, 'https://store.example/key');
    world.bob.stop();
    world.settle();
    world.bob.start();
    world.settle();
    expect(world.receiver.last.origin).toBe(ORIGIN.PENDING);
  });

  it('get what was sent before they existed', () => {
    const world = createWorld();
    const message = world.alice.getProfile('carol').newMessage();
    message.message = 'Welcome';
    message.send();
    world.settle();
    const carolSaw = new Diary();
    world.network.user('carol').addListener(carolSaw);
    world.settle();
    expect(carolSaw.last.getOrigin()).toBe(ORIGIN.PENDING);
    expect(world.network.user('carol').getUid()).toBe(3);
  });

  it('keep what they send until the network is back', () => {
    const world = createWorld();
    const changes: number[] = [];
    world.alice.network.onChange((state) => changes.push(state));
    world.alice.setNetwork(CONNECTIVITY.DISCONNECTED);
    const message = sendFile(world);
    world.sender.last.setResult(true, 'https://store.example/key');
    world.settle();
    expect(message.status).toBe(MSGSTATUS.OUTBOX);
    world.alice.setNetwork(CONNECTIVITY['4G']);
    world.settle();
    expect(message.status).toBe(MSGSTATUS.DELIVERED);
    expect(world.alice.getNetworkConnectivity()).toBe(CONNECTIVITY['4G']);
    expect(changes).toEqual([CONNECTIVITY.DISCONNECTED, CONNECTIVITY['4G']]);
  });
});

describe('reading the messages', () => {
  it('asks again for what is not done, as read from the database, and leaves the rest alone', () => {
    const world = createWorld();
    const done = receiveFile(world, '/alice/1.jpg');
    world.receiver.last.setResult(true);
    const failed = receiveFile(world, '/alice/2.jpg');
    world.receiver.last.setResult(false);
    world.receiver.onStart = () => false;
    const deferred = receiveFile(world, '/alice/3.jpg');
    world.receiver.onStart = () => true;
    const running = receiveFile(world, '/alice/4.jpg');
    expect([done, failed, deferred, running].map(stateOf)).toEqual([
      'ready',
      'failed',
      'required',
      'running',
    ]);
    const before = world.receiver.asked.length;
    expect(world.bob.messages()).toEqual([done, failed, deferred, running]);
    const asked = world.receiver.asked.slice(before);
    expect(asked.map((file) => [file.mid, file.origin, file.priority])).toEqual([
      [failed.mid, ORIGIN.DBMESSAGE, 0],
      [deferred.mid, ORIGIN.DBMESSAGE, 0],
    ]);
  });
});
