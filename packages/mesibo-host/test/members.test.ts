import { CONNECTIVITY, FILETYPE } from '@mesibo-files/handler-core';
import { memoryStore } from '@mesibo-files/handler-core/testing';
import { describe, expect, it } from 'vitest';
import { JavaScriptFiles } from '../src/javascript/index.ts';
import type { MesiboMessage } from '../src/messages/message.ts';
import { MesiboNetwork } from '../src/network.ts';
import { arrived } from './javascript-mesibo.ts';
import { createWorld, receiveFile, sendFile } from './world.ts';

describe('members that no other test is about:', () => {
  it('a transfer notifies always, and its progress can be assigned', () => {
    const world = createWorld();
    const message = sendFile(world);
    expect(world.sender.last.notifyProgress).toBe(true);
    Object.assign(world.sender.last, { progress: 30 });
    expect([world.sender.last.progress, message.getProgress()]).toEqual([30, 30]);
  });

  it('a file carries what has no meaning here', () => {
    const world = createWorld();
    const message = world.alice.getProfile('bob').newMessage();
    message.setContent('/alice/photo.jpg');
    const file = message.getFile();
    expect(file).toMatchObject({ subtype: 0, path: '/alice/photo.jpg', type: FILETYPE.IMAGE });
    if (file !== null) file.subtype = 5;
    message.send();
    world.sender.last.setResult(true, 'https://a.example/f');
    world.settle();
    expect(world.bobSaw.last.getFile()).toMatchObject({ subtype: 5, path: '/bob/photo.jpg' });
  });

  it('a message knows who sent it', () => {
    const world = createWorld();
    const got = receiveFile(world);
    const [sent] = world.alice.messages();
    expect([sent?.isOutgoing(), sent?.isIncoming()]).toEqual([true, false]);
    expect([got.isOutgoing(), got.isIncoming()]).toEqual([false, true]);
  });

  it('the questions of a message answer its state', () => {
    const world = createWorld();
    const ask = (message: MesiboMessage): unknown[] => [
      message.isFileTransferInProgress(),
      message.isFileTransferRequired(),
      message.isUploadRequired(),
      message.isFileTransferFailed(),
      message.isFileReady(),
      message.getProgress(),
      message.getFile()?.progress,
    ];
    const message = sendFile(world);
    world.sender.last.setProgress(20);
    expect(ask(message)).toEqual([true, false, false, false, false, 20, 20]);
    world.sender.last.setResult(false);
    expect(ask(message)).toEqual([false, true, true, true, false, 0, 0]);
    message.startFileTransfer(1);
    message.stopFileTransfer();
    expect(ask(message)).toEqual([false, true, true, false, false, 0, 0]);
    message.startFileTransfer(1);
    world.sender.last.setResult(true, 'https://a.example/f');
    expect(ask(message)).toEqual([false, false, false, false, true, 100, 100]);
    world.receiver.onStart = () => false;
    world.settle();
    expect([world.bobSaw.last.isDownloadRequired(), world.bobSaw.last.isUploadRequired()]).toEqual([
      true,
      false,
    ]);
  });

  it('the network is what the app says it is', () => {
    const { alice } = createWorld();
    expect(alice.getNetworkConnectivity()).toBe(CONNECTIVITY.WIFI);
    alice.setNetwork(CONNECTIVITY['4G']);
    expect([alice.getNetworkConnectivity(), alice.network.connectivity()]).toEqual([3, 3]);
  });

  it('a listener is removed by either spelling', () => {
    for (const remove of ['removeListener', 'removeListner'] as const) {
      const world = createWorld();
      world.alice[remove](world.sender);
      expect(world.alice.isFileTransferEnabled()).toBe(false);
    }
  });

  it('a profile is of a user, or of a group', () => {
    const alice = new MesiboNetwork().user('alice');
    expect([alice.getSelfProfile().address, alice.getProfile('bob').address]).toEqual([alice.address, 'bob']);
    expect([alice.getProfile('bob').groupId, alice.getProfile('', 7)]).toEqual([
      0,
      expect.objectContaining({ address: '', groupId: 7 }),
    ]);
  });

  it('a received file has its message as it was told of last', () => {
    const files = new JavaScriptFiles({ signer: memoryStore().signer(), pathFor: () => '/in' });
    const [first, second] = [1, 2].map(() => arrived('https://a.example/f', { origin: 'Db' }));
    files.Mesibo_onMessage(first ?? {});
    files.Mesibo_onMessageUpdate(second ?? {});
    expect(files.fileOf(first ?? {})?.message).toBe(second);
  });
});
