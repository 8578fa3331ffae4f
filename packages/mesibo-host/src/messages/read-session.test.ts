import { CONNECTIVITY, createRuntime, ORIGIN, SignedFileTransferHandler } from '@mesibo-files/handler-core';
import { memoryStore } from '@mesibo-files/handler-core/testing';
import { describe, expect, it } from 'vitest';
import { createWorld, Diary, receiveFile, sendFile, stateOf, type World } from '../../test/world.ts';

/** Bob has got a message of each of these users; the handler has put all of them off. */
function deferred(peers: readonly string[]): World {
  const world = createWorld();
  world.receiver.onStart = () => false;
  for (const [number, peer] of peers.entries()) {
    const message = world.network.user(peer).getProfile('bob').newMessage();
    message.setContent(`https://a.example/${number}`);
    message.send();
    world.settle();
  }
  world.receiver.asked.length = 0;
  return world;
}

describe('a read session', () => {
  it('reads the newest first, goes on where it was, and asks again for what it has read', () => {
    const world = deferred(['alice', 'alice', 'alice', 'alice']);
    const saw = new Diary();
    const session = world.bob.createReadSession(null, saw);
    expect(session.read(3)).toBe(3);
    expect(saw.messages.map((message) => message.getFile()?.url?.at(-1))).toEqual(['3', '2', '1']);
    expect(world.receiver.asked.map((file) => [file.getUrl()?.at(-1), file.origin, file.priority])).toEqual([
      ['3', ORIGIN.DBMESSAGE, 0],
      ['2', ORIGIN.DBMESSAGE, 0],
      ['1', ORIGIN.DBMESSAGE, 0],
    ]);
    expect([session.read(3), session.read(3)]).toEqual([1, 0]);
    expect(saw.messages.every((message) => message.isDbMessage() && !message.isRealtimeMessage())).toBe(true);
    session.restart();
    expect(session.read(1)).toBe(1);
    expect(saw.messages.at(-1)?.getFile()?.url?.at(-1)).toBe('3');
  });

  it('tells its own listener, or all of them where it has none', () => {
    const world = deferred(['alice']);
    const before = world.bobSaw.messages.length;
    const saw = new Diary();
    world.bob.createReadSession(null, saw).read(9);
    expect([saw.messages.length, world.bobSaw.messages.length]).toEqual([1, before]);
    world.bob.createReadSession().read(9);
    expect([saw.messages.length, world.bobSaw.messages.length]).toEqual([1, before + 1]);
  });

  it("reads one user's messages, also from the profile", () => {
    const world = deferred(['alice', 'carol', 'alice']);
    const saw = new Diary();
    expect(world.bob.createReadSession('alice', saw).read(9)).toBe(2);
    expect(world.bob.getProfile('carol').createReadSession(saw).read(9)).toBe(1);
    expect(saw.messages.map(({ peer }) => peer)).toEqual(['alice', 'alice', 'carol']);
  });

  it('reads the last message of each user as the summary', () => {
    const world = deferred(['alice', 'carol', 'alice', 'carol', 'dave']);
    const session = world.bob.createReadSession(null, new Diary());
    session.enableSummary(true);
    expect(session.read(100)).toBe(3);
    expect(world.receiver.asked.map((file) => [file.getUrl()?.at(-1), file.origin])).toEqual([
      ['4', ORIGIN.DBSUMMARY],
      ['3', ORIGIN.DBSUMMARY],
      ['2', ORIGIN.DBSUMMARY],
    ]);
    session.enableSummary(false);
    expect(session.read(100)).toBe(5);
  });

  it.each([0, -1, 0.9])('reads nothing when asked for %d', (count) => {
    expect(deferred(['alice']).bob.createReadSession().read(count)).toBe(0);
  });

  it('asks again for failed uploads too, and not for what runs, is done or is blocked', () => {
    const world = createWorld();
    const [done, failed, running] = [1, 2, 3].map((number) => sendFile(world, `/alice/${number}.jpg`));
    world.sender.asked[0]?.setResult(true, 'https://a.example/1');
    world.sender.asked[1]?.setResult(false);
    world.sender.asked.length = 0;
    world.alice.createReadSession().read(9);
    expect(world.sender.asked.map(({ mid }) => mid)).toEqual([failed?.mid]);
    expect([done, failed, running].map((message) => message && stateOf(message))).toEqual([
      'ready',
      'running',
      'running',
    ]);
    world.settle();
    world.receiver.last.cancel(false);
    world.receiver.asked.length = 0;
    world.bob.createReadSession().read(9);
    expect(world.receiver.asked).toEqual([]);
  });
});

describe('every origin', () => {
  it('reaches the handler, and the message says it', () => {
    const world = createWorld();
    world.receiver.onStart = () => false;
    const message = receiveFile(world);
    expect([message.isRealtimeMessage(), message.isDbMessage(), message.isPendingMessage()]).toEqual([
      true,
      false,
      false,
    ]);
    world.bob.createReadSession().read(1);
    expect([message.isRealtimeMessage(), message.isDbMessage()]).toEqual([false, true]);
    const summary = world.bob.createReadSession();
    summary.enableSummary(true);
    summary.read(1);
    expect([message.isDbMessage(), message.isDbSummaryMessage(), message.getOrigin()]).toEqual([
      false,
      true,
      ORIGIN.DBSUMMARY,
    ]);
    world.bob.stop();
    const before = world.bobSaw.messages.length;
    sendFile(world);
    world.sender.last.setResult(true, 'https://a.example/2');
    world.settle();
    world.bob.start();
    world.settle();
    expect(world.bobSaw.messages.length).toBe(before + 1);
    const pending = world.bobSaw.last;
    expect([pending.isPendingMessage(), pending.isDbPendingMessage(), pending.isRealtimeMessage()]).toEqual([
      true,
      true,
      false,
    ]);
    expect(world.receiver.asked.map(({ origin }) => origin)).toEqual([
      ORIGIN.REALTIME,
      ORIGIN.DBMESSAGE,
      ORIGIN.DBSUMMARY,
      ORIGIN.PENDING,
    ]);
  });
});

describe('file transfers switched off', () => {
  it('put everything off, until somebody asks again', () => {
    const world = createWorld();
    expect(world.alice.isFileTransferEnabled()).toBe(true);
    world.alice.disableFileTransfer();
    expect(world.alice.isFileTransferEnabled()).toBe(false);
    const message = sendFile(world);
    expect([stateOf(message), message.startFileTransfer(5), world.sender.asked.length]).toEqual([
      'required',
      false,
      0,
    ]);
    world.alice.enableFileTransfer(true);
    expect(stateOf(message)).toBe('required');
    world.alice.messages();
    expect(stateOf(message)).toBe('running');
    world.alice.enableFileTransfer(false);
    expect(stateOf(message)).toBe('running');
    world.sender.last.setResult(false);
    expect([message.resend(), stateOf(message)]).toEqual([-1, 'failed']);
  });
});

describe('a handler of handler-core', () => {
  it("sees the network that the app tells, and a message's age", () => {
    const world = createWorld();
    const sentAt = 1_700_000_000_000;
    let now = sentAt + 1000;
    const told: string[] = [];
    const runtime = createRuntime({
      ports: {
        network: world.bob.network,
        clock: { now: () => now, monotonic: () => 0, after: () => () => undefined },
      },
      admission: { maxAge: 1000 },
      onEvent: (event) => {
        if (event.type === 'deferred') told.push(event.reason);
      },
    });
    world.bob.removeListener(world.receiver);
    world.bob.addListener(new SignedFileTransferHandler({ signer: memoryStore().signer(), runtime }));
    const message = receiveFile(world);
    expect([stateOf(message), told]).toEqual(['running', []]);
    message.stopFileTransfer();
    world.bob.setNetwork(CONNECTIVITY.DISCONNECTED);
    expect([message.startFileTransfer(0), told]).toEqual([false, ['there is no network']]);
    world.bob.setNetwork(CONNECTIVITY.WIFI);
    now += 1;
    expect([message.startFileTransfer(0), told.at(-1)]).toEqual([false, 'the message is too old']);
    expect(message.startFileTransfer(1)).toBe(true);
    message.stopFileTransfer();
  });
});
